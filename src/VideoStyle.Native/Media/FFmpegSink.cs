using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Interop;
using VideoStyle.Native.Interop.Handles;

namespace VideoStyle.Native.Media;

/// <summary>Encodes frames into any container that FFmpeg writes, and copies the source's other streams beside them.</summary>
/// <remarks>
/// Frames keep the times of the source's time base, the first one's and a variable rate included, unless the container or the
/// codec has a constant rate. Streams, chapters, languages and metadata are copied untouched where the container can hold
/// them. Sound and text subtitles that it cannot hold are converted, in step to the sample. What is converted or left out is told
/// in <see cref="Notes"/>. The other streams' packets come from the source's own reading, so it also works on pipes.
/// Matroska has no negative times: before FFmpeg 6, sound that begins below 0 moves every stream by the same 20 ms or so.
/// Encoding runs at low priority.
/// </remarks>
public sealed class FFmpegSink : IFrameSink
{
    private readonly MediaSinkHandle _handle;
    private readonly VideoInfo _video;

    private FFmpegSink(MediaSinkHandle handle, VideoInfo video) => (_handle, _video) = (handle, video);

    /// <summary>Gets what the file must hold once it is finished, replayed segments included.</summary>
    public OutputCheck Check
    {
        get
        {
            NativeMethods.MediaSinkWritten(_handle, out var written).ThrowIfFailed();
            var tick = written.TimeBase.ToRational().Value;
            return new OutputCheck(written.Frames, written.FirstPts * tick, written.LastPts * tick)
            {
                End = written.EndPts * tick,
                Audio = written.Audio,
                Subtitles = written.Subtitles,
                EmptyAudio = written.EmptyAudio,
                EmptySubtitles = written.EmptySubtitles,
                Stream = written.VideoStream,
            };
        }
    }

    /// <summary>Gets a sentence for each stream that is converted or left out, and for what else becomes of the video; grows until the file is finished.</summary>
    public IReadOnlyList<string> Notes => NativeNotes.Read(i => ReadNote(_handle, i));

    /// <summary>Creates a file for the frames of a source and its other streams.</summary>
    /// <param name="path">The file that is written, replaced where it exists, or <c>-</c> for standard output.</param>
    /// <param name="options">Container, codec and quality.</param>
    /// <param name="source">Opened with <see cref="VideoOptions.KeepStreams"/> and not read yet; its streams are copied.</param>
    /// <exception cref="VideoStyleException">The file cannot be written, or the codec cannot be had.</exception>
    public static FFmpegSink Create(string path, EncodeOptions options, FFmpegSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Create(path, options, source.Info, source);
    }

    /// <summary>Creates a file for frames of a given size and time base.</summary>
    /// <param name="path">The file that is written, replaced where it exists, or <c>-</c> for standard output.</param>
    /// <param name="options">Container, codec and quality.</param>
    /// <param name="video">Size, time base, rate, aspect and colour of the frames that will be written.</param>
    /// <param name="source">Gives the other streams, or null for none.</param>
    /// <param name="stream">How a stream is written; null for the defaults.</param>
    /// <param name="shift">Live: added to the times of the source's other streams.</param>
    /// <exception cref="VideoStyleException">The file cannot be written, or the codec cannot be had.</exception>
    public static FFmpegSink Create(
        string path, EncodeOptions options, VideoInfo video, FFmpegSource? source = null, StreamOptions? stream = null, TimeSpan shift = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(video);
        VideoStyleNative.Require(NativeUnits.Media);
        StreamUrl.RequireWritable(path);
        using var strings = new NativeStrings();
        StopFlag stop = new(stream?.Stop ?? CancellationToken.None);
        var native = ToNative(options, video, strings) with
        {
            Live = stream is { Live: true } ? 1 : 0,
            Listen = stream is { Listen: true } ? 1 : 0,
            ShiftMicroseconds = (long)shift.TotalMicroseconds,
            TimeoutMicroseconds = (long)(stream ?? new StreamOptions()).EffectiveTimeout.TotalMicroseconds,
            Stop = stop.Address,
        };
        var held = false;
        try
        {
            source?.Handle.DangerousAddRef(ref held);
            var status = NativeMethods.MediaSinkCreate(path, native, source?.Handle.DangerousGetHandle() ?? 0, out var handle);
            handle.Stop = stop;
            if (handle.IsInvalid)
                stop.Dispose();
            status.ThrowIfFailed();
            return new FFmpegSink(handle, video);
        }
        finally
        {
            if (held)
                source!.Handle.DangerousRelease();
        }
    }

    /// <summary>Live: takes the other streams from another source from here on, where it has a stream of the same kind and codec.</summary>
    /// <param name="source">The source; kept by the caller.</param>
    /// <param name="shift">Added to the times of its streams.</param>
    public void Follow(FFmpegSource source, TimeSpan shift)
    {
        ArgumentNullException.ThrowIfNull(source);
        NativeMethods.MediaSinkFollow(_handle, source.Handle, (long)shift.TotalMicroseconds).ThrowIfFailed();
    }

    /// <inheritdoc />
    public unsafe void Write(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if ((frame.Width, frame.Height) != (_video.Width, _video.Height))
            throw new ArgumentException($"The sink takes {_video.Width}x{_video.Height}, not {frame.Width}x{frame.Height}.", nameof(frame));
        fixed (byte* alpha = frame.Alpha)
        fixed (ushort* pixels16 = frame.Pixels16)
            NativeMethods
                .MediaSinkWrite(_handle, frame.Pixels, frame.Pixels.Length, alpha, pixels16, frame.Pts, frame.Duration)
                .ThrowIfFailed();
    }

    /// <summary>Begins a segment: what is encoded from here on depends on nothing before it.</summary>
    /// <param name="journal">A file that the segment's packets are written to as well, or null for none.</param>
    /// <exception cref="VideoStyleException">The journal cannot be written.</exception>
    public void BeginSegment(string? journal) => NativeMethods.MediaSinkBeginSegment(_handle, journal).ThrowIfFailed();

    /// <summary>Ends the segment; its journal is on the disk when this returns.</summary>
    /// <exception cref="VideoStyleException">The segment cannot be completed.</exception>
    public void EndSegment() => NativeMethods.MediaSinkEndSegment(_handle).ThrowIfFailed();

    /// <summary>Writes the packets of an ended segment in place of its frames.</summary>
    /// <param name="journal">What <see cref="BeginSegment"/> wrote, in this process or an earlier one, for the same options and video.</param>
    /// <exception cref="VideoStyleException">The journal is missing or damaged, or the output cannot be written.</exception>
    public void Replay(string journal)
    {
        ArgumentException.ThrowIfNullOrEmpty(journal);
        NativeMethods.MediaSinkReplay(_handle, journal).ThrowIfFailed();
    }

    /// <inheritdoc />
    public void Finish() => NativeMethods.MediaSinkFinish(_handle).ThrowIfFailed();

    /// <summary>Closes the file; one that was not finished stays as it is and is the caller's to delete.</summary>
    public void Dispose() => _handle.Dispose();

    private static NativeSinkOptions ToNative(EncodeOptions options, VideoInfo video, NativeStrings strings)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Crf ?? 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.BitRate ?? 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        return new NativeSinkOptions
        {
            FileName = strings.Add(options.FileName),
            Format = strings.Add(options.FormatName),
            Codec = strings.Add(options.Codec),
            Preset = strings.Add(options.Preset),
            PixelFormat = strings.Add(options.PixelFormat),
            EncoderOptions = strings.Add(options.Tune is null ? options.EncoderOptions : $"tune={options.Tune}:{options.EncoderOptions}".TrimEnd(':')),
            Width = video.Width,
            Height = video.Height,
            TimeBase = NativeRational.From(video.TimeBase),
            FrameRate = NativeRational.From(video.FrameRate),
            SampleAspectRatio = NativeRational.From(video.SampleAspectRatio),
            Color = NativeColor.From(video.Color),
            BitRate = options.BitRate ?? 0,
            Crf = options.Crf ?? -1,
            Threads = options.Threads,
            Alpha = video.HasAlpha ? 1 : 0,
            BitDepth = video.BitDepth,
            Copy = (int)options.Copy,
            Audio = options.Audio is AudioMode.None ? 0 : (int)options.Audio,
            FastStart = options.FastStart ? 1 : 0,
        };
    }

    private static unsafe string? ReadNote(MediaSinkHandle handle, int index)
    {
        var buffer = stackalloc byte[1024];
        var status = NativeMethods.MediaSinkNote(handle, index, buffer, 1024);
        status.ThrowIfFailed();
        return status == Status.End ? null : Marshal.PtrToStringUTF8((nint)buffer);
    }
}
