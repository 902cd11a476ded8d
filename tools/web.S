// Web: the files of the live page, put into the program as they are, and the table of them that
// tools/live_assets.cc reads. D3 comes from Debian's packages, in the order in which its parts need each other.

    // One file, put together from others: its name, its media type, and those.
    .macro web name, type, files:vararg
    .section .rodata
1:  .asciz "\name"
2:  .asciz "\type"
3:
    .irp file, \files
    .incbin "\file"
    .ascii "\n"
    .endr
4:
    .section .data.rel.ro.glass_web, "aw"
    .quad 1b, 2b, 3b, 4b
    .endm

    .section .data.rel.ro.glass_web, "aw"
    .balign 8
    .global glass_web
glass_web:

    web "", "text/html; charset=utf-8", "tools/web/index.html"
    web "live.css", "text/css; charset=utf-8", "tools/web/live.css"
    web "live.js", "text/javascript; charset=utf-8", "tools/web/live.js"
    web "parts.js", "text/javascript; charset=utf-8", "tools/web/parts.js"
    web "ladder.js", "text/javascript; charset=utf-8", "tools/web/ladder.js"
    web "states.js", "text/javascript; charset=utf-8", "tools/web/states.js"
    web "plots.js", "text/javascript; charset=utf-8", "tools/web/plots.js"
    web "bytes.js", "text/javascript; charset=utf-8", "tools/web/bytes.js"
    web "d3.js", "text/javascript; charset=utf-8", \
        "/usr/share/nodejs/d3-array/dist/d3-array.min.js", \
        "/usr/share/nodejs/d3-collection/dist/d3-collection.min.js", \
        "/usr/share/nodejs/d3-color/dist/d3-color.min.js", \
        "/usr/share/nodejs/d3-interpolate/dist/d3-interpolate.min.js", \
        "/usr/share/nodejs/d3-format/dist/d3-format.min.js", \
        "/usr/share/nodejs/d3-time/dist/d3-time.min.js", \
        "/usr/share/nodejs/d3-time-format/dist/d3-time-format.min.js", \
        "/usr/share/nodejs/d3-scale/dist/d3-scale.min.js", \
        "/usr/share/nodejs/d3-path/dist/d3-path.min.js", \
        "/usr/share/nodejs/d3-shape/dist/d3-shape.min.js", \
        "/usr/share/nodejs/d3-selection/dist/d3-selection.min.js", \
        "/usr/share/nodejs/d3-axis/dist/d3-axis.min.js"

    .section .data.rel.ro.glass_web, "aw"
    .global glass_web_end
glass_web_end:

    .section .note.GNU-stack, "", %progbits
