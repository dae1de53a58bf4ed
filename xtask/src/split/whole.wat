;; A program with one of each kind of thing that splitting has to keep together. `LARGE` becomes
;; instructions that do nothing, so many that the function is no small one.
(module
  (type $map (func (param i32) (result i32)))
  (import "host" "log" (func $log (param i32)))
  (import "host" "base" (global $base i32))
  (memory (export "memory") 1)
  (global $count (export "count") (mut i32) (i32.const 0))
  (table $places 8 8 funcref)
  (table $things 2 externref)
  (export "things" (table $things))
  (elem (i32.const 1) $double $later::closure $later::both $small_later $later::both)
  (elem (i32.const 5) $later::neighbour $later::like_others)
  (data (i32.const 8) "\05\00\00\00")
  (start $later::start)

  (func $double (type $map) (i32.mul (local.get 0) (i32.const 2)))
  (func $shared (type $map) (i32.add (local.get 0) (global.get $base)))

  ;; Runs at once, whatever its name.
  (func $later::start LARGE (global.set $count (i32.const 1)))

  ;; In the table only.
  (func $later::closure (type $map) (local i64 f32 i32) LARGE
    (local.set 3 (call $shared (local.get 0)))
    (call $log (local.get 3))
    (global.set $count (i32.add (global.get $count) (local.get 3)))
    (i32.store (i32.const 16) (i32.add (i32.load (i32.const 8)) (i32.load (i32.const 16))))
    (i32.load (i32.const 16)))

  ;; In the table, twice, and called by its number as well.
  (func $later::both (type $map) LARGE
    (call_indirect $places (type $map) (call $alone (local.get 0)) (i32.const 1)))

  ;; Next to another in the table.
  (func $later::neighbour (type $map) LARGE
    (if (result i32) (local.get 0)
      (then (call $later::neighbour (i32.sub (local.get 0) (i32.const 1))))
      (else (call $log (i32.const 77)) (i32.const 3))))

  ;; Goes because only one that goes calls it, and this one only this one.
  (func $alone (type $map) (i32.add (call $alone_too) (local.get 0)))
  (func $alone_too (result i32) (memory.size))

  ;; Named and small: what calls nobody that goes may be everybody's.
  (func $later::like_others (type $map) (i32.add (local.get 0) (i32.const 1)))

  ;; What does cannot be.
  (func $small_later (type $map) (i32.add (call $later::both (local.get 0)) (i32.const 1)))

  ;; Called from outside only, and not just with numbers.
  (func $later::outside (export "outside") (param externref i64 f64) (result f64 i64) LARGE
    (table.set $things (i32.const 1) (local.get 0))
    (memory.fill (i32.const 32) (i32.const 9) (i32.const 4))
    (local.get 2) (local.get 1))

  (func $run (export "run") (type $map)
    (i32.add (call $later::both (local.get 0)) (call $shared (local.get 0))))
  (func $apply (export "apply") (param $place i32) (param $to i32) (result i32)
    (call_indirect $places (type $map) (local.get $to) (local.get $place))))
