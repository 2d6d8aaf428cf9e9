using System.Runtime.InteropServices;
using VideoStyle.Core.Media;

namespace VideoStyle.Tests;

/// <summary>Stands in for PNG where only what is stored matters: the shape, then the samples as they are.</summary>
internal sealed class RawPng : IPngCodec
{
    public PngImage Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var shape = MemoryMarshal.Cast<byte, int>(bytes.AsSpan(0, 16));
        return new PngImage(shape[0], shape[1], shape[2], shape[3], bytes[16..]);
    }

    public void Write(string path, PngImage picture)
    {
        int[] shape = [picture.Width, picture.Height, picture.Channels, picture.BitDepth];
        File.WriteAllBytes(path, [.. MemoryMarshal.AsBytes(shape.AsSpan()), .. picture.Samples]);
    }
}
