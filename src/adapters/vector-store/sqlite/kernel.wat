;; The inner loop of every vector search: dot products of one query with many stored vectors.
;;
;; Stored vectors are 8-bit integers, one after the other, `stride` bytes each (a multiple of 16). The query is 16-bit,
;; so that only the stored side is rounded. `slots` lists `count` 32-bit numbers of vectors, a multiple of four; `out` gets
;; as many 32-bit dot products, and one more number that says nothing. A sum stays below 2^31 while the query's numbers
;; stay within 14 bits and a vector within 8,192 numbers.
;;
;; Where a filter leaves few vectors they lie far apart, and most of the time goes into waiting for memory: so every line
;; of four vectors is touched before the first of them is computed, and they are waited for together (a third of the time;
;; vectors side by side take as long as without).
(module
  (import "env" "memory" (memory 1 65536 shared))
  (func (export "dots")
    (param $query i32) (param $vectors i32) (param $stride i32) (param $slots i32) (param $count i32) (param $out i32)
    (local $end i32) (local $ahead i32) (local $four i32) (local $touched i32)
    (local $vector i32) (local $stop i32) (local $q i32) (local $low v128) (local $high v128) (local $eight v128)
    (local.set $end (i32.add (local.get $slots) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $group
        (br_if $done (i32.ge_u (local.get $slots) (local.get $end)))

        (local.set $ahead (local.get $slots))
        (local.set $four (i32.add (local.get $slots) (i32.const 16)))
        (loop $touch
          (local.set $vector
            (i32.add (local.get $vectors) (i32.mul (i32.load (local.get $ahead)) (local.get $stride))))
          (local.set $stop (i32.add (local.get $vector) (local.get $stride)))
          (loop $line
            (local.set $touched (i32.or (local.get $touched) (i32.load8_u (local.get $vector))))
            (local.set $vector (i32.add (local.get $vector) (i32.const 64)))
            (br_if $line (i32.lt_u (local.get $vector) (local.get $stop))))
          (local.set $ahead (i32.add (local.get $ahead) (i32.const 4)))
          (br_if $touch (i32.lt_u (local.get $ahead) (local.get $four))))

        (loop $next
          (local.set $vector
            (i32.add (local.get $vectors) (i32.mul (i32.load (local.get $slots)) (local.get $stride))))
          (local.set $stop (i32.add (local.get $vector) (local.get $stride)))
          (local.set $q (local.get $query))
          (local.set $low (v128.const i32x4 0 0 0 0))
          (local.set $high (v128.const i32x4 0 0 0 0))
          (loop $more
            (local.set $eight (v128.load (local.get $vector)))
            (local.set $low (i32x4.add (local.get $low)
              (i32x4.dot_i16x8_s (i16x8.extend_low_i8x16_s (local.get $eight)) (v128.load (local.get $q)))))
            (local.set $high (i32x4.add (local.get $high)
              (i32x4.dot_i16x8_s (i16x8.extend_high_i8x16_s (local.get $eight)) (v128.load offset=16 (local.get $q)))))
            (local.set $q (i32.add (local.get $q) (i32.const 32)))
            (local.set $vector (i32.add (local.get $vector) (i32.const 16)))
            (br_if $more (i32.lt_u (local.get $vector) (local.get $stop))))
          (local.set $low (i32x4.add (local.get $low) (local.get $high)))
          (i32.store (local.get $out)
            (i32.add
              (i32.add (i32x4.extract_lane 0 (local.get $low)) (i32x4.extract_lane 1 (local.get $low)))
              (i32.add (i32x4.extract_lane 2 (local.get $low)) (i32x4.extract_lane 3 (local.get $low)))))
          (local.set $slots (i32.add (local.get $slots) (i32.const 4)))
          (local.set $out (i32.add (local.get $out) (i32.const 4)))
          (br_if $next (i32.lt_u (local.get $slots) (local.get $four))))
        (br $group)))
    ;; A load whose result went nowhere would not be made.
    (i32.store (local.get $out) (local.get $touched))))
