using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Interop;

/// <summary>Mirrors <c>vs_rational</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeRational
{
    internal int Numerator;
    internal int Denominator;

    internal static NativeRational From(Rational value) =>
        new() { Numerator = value.Numerator, Denominator = value.Denominator };

    internal readonly Rational ToRational() => new(Numerator, Denominator);
}

/// <summary>Mirrors <c>vs_color</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeColor
{
    internal int Matrix;
    internal int Primaries;
    internal int Transfer;
    internal int Range;

    internal static NativeColor From(ColorInfo color) =>
        new()
        {
            Matrix = color.Matrix,
            Primaries = color.Primaries,
            Transfer = color.Transfer,
            Range = color.FullRange switch { null => 0, false => 1, true => 2 },
        };

    internal readonly ColorInfo ToColorInfo() =>
        new(Matrix, Primaries, Transfer, Range switch { 1 => false, 2 => true, _ => null });
}

/// <summary>Mirrors <c>vs_media_source_options</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSourceOptions
{
    internal long FromMicroseconds;
    internal long ToMicroseconds;
    internal long MaxPixels;
    internal int MaxSize;
    internal int Threads;
    internal int KeepStreams;
    internal int KeepAlpha;
    internal int KeepDepth;
    internal int Deinterlace;
    internal int VideoStream;
    internal int TimesOnly;
    internal NativeRational Rate;
    internal int Live;
    internal int Listen;
    internal long TimeoutMicroseconds;
    internal nint Stop;
}

/// <summary>Mirrors <c>vs_media_info</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeInfo
{
    internal int Width;
    internal int Height;
    internal NativeRational TimeBase;
    internal NativeRational FrameRate;
    internal NativeRational SampleAspectRatio;
    internal long DurationMicroseconds;
    internal long FrameCount;
    internal NativeColor Color;
    internal int StreamCount;
    internal int VideoStream;
    internal int HasAlpha;
    internal int Interlaced;
    internal int BitDepth;
    internal Name32 Codec;
    internal Name32 PixelFormat;
    internal Name64 Format;
}

/// <summary>Mirrors <c>vs_media_stream</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeStream
{
    internal int Kind;
    internal Name32 Codec;
    internal Name16 Language;
}

/// <summary>Mirrors <c>vs_media_sink_options</c>; strings are NUL-terminated UTF-8 or null.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSinkOptions
{
    internal nint FileName;
    internal nint Format;
    internal nint Codec;
    internal nint Preset;
    internal nint PixelFormat;
    internal nint EncoderOptions;
    internal int Width;
    internal int Height;
    internal NativeRational TimeBase;
    internal NativeRational FrameRate;
    internal NativeRational SampleAspectRatio;
    internal NativeColor Color;
    internal long BitRate;
    internal int Crf;
    internal int Threads;
    internal int Alpha;
    internal int BitDepth;
    internal int Copy;
    internal int Audio;
    internal int FastStart;
    internal int Live;
    internal int Listen;
    internal long ShiftMicroseconds;
    internal long TimeoutMicroseconds;
    internal nint Stop;
}

/// <summary>Mirrors <c>vs_media_written</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeWritten
{
    internal long Frames;
    internal long FirstPts;
    internal long LastPts;
    internal long EndPts;
    internal NativeRational TimeBase;
    internal int Audio;
    internal int Subtitles;
    internal int EmptyAudio;
    internal int EmptySubtitles;
    internal int VideoStream;
}

/// <summary>A C string of at most 15 bytes.</summary>
[InlineArray(16)]
internal struct Name16
{
    private byte _first;
}

/// <summary>A C string of at most 31 bytes.</summary>
[InlineArray(32)]
internal struct Name32
{
    private byte _first;
}

/// <summary>A C string of at most 63 bytes.</summary>
[InlineArray(64)]
internal struct Name64
{
    private byte _first;
}

/// <summary>Reads the C strings inside structures.</summary>
internal static class NativeText
{
    internal static string Read(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}

/// <summary>Mirrors <c>vs_media_png</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePngShape
{
    internal int Width;
    internal int Height;
    internal int Channels;
    internal int BitDepth;
}
