;; Turns a text of ASCII characters back into the bytes of a wasm module. scripts/lib/wasm-text.mjs writes the text, and
;; fills in the pages and the tables. This is wasm, because JavaScript that runs for the first time is slow: a loop in
;; JavaScript takes four times as long.
(module
  (memory (export "memory") $PAGES)
  ;; Three tables from characters to bytes, with 128 entries each: for a character alone, for a character after the first
  ;; prefix (125), and for a character after the second prefix (126). The text begins at 384.
  (data (i32.const 0) "$TABLES")
  ;; The bytes are written over the text, because no character is more than one byte. Returns the number of bytes.
  (func (export "unpack") (param $length i32) (result i32)
    (local $read i32) (local $written i32) (local $end i32) (local $character i32)
    (local.set $read (i32.const 384))
    (local.set $written (i32.const 384))
    (local.set $end (i32.add (i32.const 384) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $read) (local.get $end)))
        (local.set $character (i32.load8_u (local.get $read)))
        (if (i32.ge_u (local.get $character) (i32.const 125))
          (then
            (local.set $character
              (i32.add
                (i32.mul (i32.sub (local.get $character) (i32.const 124)) (i32.const 128))
                (i32.load8_u offset=1 (local.get $read))))
            (local.set $read (i32.add (local.get $read) (i32.const 1)))))
        (i32.store8 (local.get $written) (i32.load8_u (local.get $character)))
        (local.set $read (i32.add (local.get $read) (i32.const 1)))
        (local.set $written (i32.add (local.get $written) (i32.const 1)))
        (br $next)))
    (i32.sub (local.get $written) (i32.const 384))))
