using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media.Png;
using VideoStyle.Tests;
using Xunit;

namespace VideoStyle.Core.Tests.Media;

public sealed class PngReaderTests
{
    [SharedDataFact]
    public void Read_DamagedFilesOfPngSuite_ThrowsInputErrorThatNamesEach()
    {
        var files = Directory.GetFiles(SharedData.Path("broken-media/png"));
        files.Length.ShouldBeGreaterThan(10);
        foreach (var file in files)
        {
            var error = Should.Throw<VideoStyleException>(() => PngReader.Read(file), file);
            error.Kind.ShouldBe(ErrorKind.Input);
            error.Message.ShouldContain(file);
        }
    }

    [Fact]
    public void Decode_EverySingleByteDamaged_NeverThrowsAnythingElse()
    {
        var good = PngWriter.Encode(5, 4, channels: 3, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 11))]);
        for (var i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x55;
            Should.Throw<VideoStyleException>(() => PngReader.Decode(bad, "bad"), $"byte {i}");
        }
    }

    [Fact]
    public void Decode_EveryPrefix_ThrowsInputError()
    {
        var good = PngWriter.Encode16(3, 3, new ushort[27]);
        for (var length = 0; length < good.Length; length++)
            Should.Throw<VideoStyleException>(() => PngReader.Decode(good.AsSpan(0, length).ToArray(), "cut"), $"{length} bytes").Kind.ShouldBe(ErrorKind.Input);
    }

    [Fact]
    public void Decode_HugeSizeInASmallFile_IsRefusedWithoutAllocatingIt()
    {
        // Width and height of 8000 in a file of 70 bytes, with a right checksum.
        var file = PngWriter.Encode(1, 1, channels: 3, new byte[3]);
        file[18] = 0x1F;
        file[19] = 0x40;
        file[22] = 0x1F;
        file[23] = 0x40;
        BitConverter.GetBytes(Crc(file.AsSpan(12, 17))).Reverse().ToArray().CopyTo(file, 29);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<VideoStyleException>(() => PngReader.Decode(file, "bomb")).Message.ShouldContain("ends early");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Decode_WhatEncodeWrote_IsTheSame()
    {
        var random = new Random(3);
        foreach (var (width, height, channels) in new[] { (1, 1, 1), (53, 37, 3), (7, 200, 1), (256, 2, 3) })
        {
            var samples = new byte[width * height * channels];
            random.NextBytes(samples);

            var png = PngReader.Decode(PngWriter.Encode(width, height, channels, samples), "own");

            (png.Width, png.Height, png.Channels, png.BitDepth).ShouldBe((width, height, channels, 8));
            png.Samples.Select(s => (byte)s).ShouldBe(samples);
        }
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
