// What every program of these pays.
