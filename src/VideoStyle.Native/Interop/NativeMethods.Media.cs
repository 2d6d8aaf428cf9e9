using System.Runtime.InteropServices;
using VideoStyle.Native.Interop.Handles;

namespace VideoStyle.Native.Interop;

/// <summary>The media part of <c>videostyle.h</c>.</summary>
/// <remarks>Alpha and 16-bit pixels cross as pointers, because an empty span is marshalled as one that is not null.</remarks>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, EntryPoint = "vs_media_version")]
    internal static partial nint MediaVersion();

    [LibraryImport(Library, EntryPoint = "vs_media_has_encoder", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MediaHasEncoder(string name);

    [LibraryImport(Library, EntryPoint = "vs_media_source_open", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSourceOpen(string path, in NativeSourceOptions options, out MediaSourceHandle source);

    [LibraryImport(Library, EntryPoint = "vs_media_source_open_bytes", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSourceOpenBytes(
        string name,
        ReadOnlySpan<byte> bytes,
        long length,
        in NativeSourceOptions options,
        out MediaSourceHandle source
    );

    [LibraryImport(Library, EntryPoint = "vs_media_source_open_pipe", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSourceOpenPipe(string name, int descriptor, in NativeSourceOptions options, out MediaSourceHandle source);

    [LibraryImport(Library, EntryPoint = "vs_media_source_info")]
    internal static partial Status MediaSourceInfo(MediaSourceHandle source, out NativeInfo info);

    [LibraryImport(Library, EntryPoint = "vs_media_source_stream")]
    internal static partial Status MediaSourceStream(MediaSourceHandle source, int index, out NativeStream stream);

    [LibraryImport(Library, EntryPoint = "vs_media_source_read")]
    internal static partial Status MediaSourceRead(
        MediaSourceHandle source,
        Span<byte> rgb,
        long rgbLength,
        byte* alpha,
        ushort* rgb16,
        out long pts,
        out long duration
    );

    [LibraryImport(Library, EntryPoint = "vs_media_source_note")]
    internal static partial Status MediaSourceNote(MediaSourceHandle source, int index, byte* buffer, int capacity);

    [LibraryImport(Library, EntryPoint = "vs_media_source_close")]
    internal static partial void MediaSourceClose(nint source);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_create", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSinkCreate(
        string path,
        in NativeSinkOptions options,
        nint source,
        out MediaSinkHandle sink
    );

    [LibraryImport(Library, EntryPoint = "vs_media_sink_follow")]
    internal static partial Status MediaSinkFollow(MediaSinkHandle sink, MediaSourceHandle source, long shiftMicroseconds);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_write")]
    internal static partial Status MediaSinkWrite(
        MediaSinkHandle sink,
        ReadOnlySpan<byte> rgb,
        long rgbLength,
        byte* alpha,
        ushort* rgb16,
        long pts,
        long duration
    );

    [LibraryImport(Library, EntryPoint = "vs_media_sink_begin_segment", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSinkBeginSegment(MediaSinkHandle sink, string? journal);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_end_segment")]
    internal static partial Status MediaSinkEndSegment(MediaSinkHandle sink);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_replay", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaSinkReplay(MediaSinkHandle sink, string journal);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_finish")]
    internal static partial Status MediaSinkFinish(MediaSinkHandle sink);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_written")]
    internal static partial Status MediaSinkWritten(MediaSinkHandle sink, out NativeWritten written);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_note")]
    internal static partial Status MediaSinkNote(MediaSinkHandle sink, int index, byte* buffer, int capacity);

    [LibraryImport(Library, EntryPoint = "vs_media_sink_close")]
    internal static partial void MediaSinkClose(nint sink);

    [LibraryImport(Library, EntryPoint = "vs_media_image_encode", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaImageEncode(
        ReadOnlySpan<byte> rgb,
        long rgbLength,
        byte* alpha,
        ushort* rgb16,
        int width,
        int height,
        string codec,
        int quality,
        out MediaBytesHandle bytes
    );

    [LibraryImport(Library, EntryPoint = "vs_media_png_decode", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status MediaPngDecode(
        string name,
        ReadOnlySpan<byte> file,
        long length,
        out NativePngShape shape,
        out MediaBytesHandle samples
    );

    [LibraryImport(Library, EntryPoint = "vs_media_png_encode")]
    internal static partial Status MediaPngEncode(in NativePngShape shape, ReadOnlySpan<byte> samples, long length, out MediaBytesHandle file);

    [LibraryImport(Library, EntryPoint = "vs_media_bytes_data")]
    internal static partial byte* MediaBytesData(MediaBytesHandle bytes);

    [LibraryImport(Library, EntryPoint = "vs_media_bytes_length")]
    internal static partial long MediaBytesLength(MediaBytesHandle bytes);

    [LibraryImport(Library, EntryPoint = "vs_media_bytes_free")]
    internal static partial void MediaBytesFree(nint bytes);
}
