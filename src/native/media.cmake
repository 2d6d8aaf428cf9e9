# FFmpeg: reading and writing videos and pictures. Tried with 4.3, 5.1 and 7.1; the numbers below are those of 4.3.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(FFMPEG IMPORTED_TARGET libavformat>=58.45 libavcodec>=58.91 libavfilter>=7.85
                    libswscale>=5.7 libavutil>=56.51)
endif()
if(FFMPEG_FOUND)
  find_package(Threads REQUIRED)
  target_sources(videostyle_native PRIVATE src/media.cpp src/media_animation.cpp src/media_api.cpp src/media_container.cpp
                 src/media_convert.cpp src/media_demux.cpp src/media_device.cpp src/media_encode.cpp src/media_filter.cpp src/media_image.cpp
                 src/media_input.cpp src/media_journal.cpp src/media_mux.cpp src/media_mux_streams.cpp src/media_network.cpp src/media_picture_notes.cpp
                 src/media_png.cpp src/media_side_data.cpp src/media_sink.cpp src/media_source.cpp src/media_source_info.cpp
                 src/media_timeline.cpp src/media_transcode.cpp src/media_transcode_audio.cpp)
  target_link_libraries(videostyle_native PRIVATE PkgConfig::FFMPEG Threads::Threads ${CMAKE_DL_LIBS})
  target_compile_definitions(videostyle_native PRIVATE VS_WITH_MEDIA)
else()
  message(STATUS "FFmpeg not found: the media unit is left out")
endif()
