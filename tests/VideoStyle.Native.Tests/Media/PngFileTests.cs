using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class PngFileTests
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    [MediaTheory]
    [InlineData("broken/png")]
    [SharedInlineData("broken-media/png")]
    public void Read_DamagedFile_ThrowsInputErrorThatNamesIt(string folder)
    {
        var files = Directory.GetFiles(Fixtures.Path(folder));
        files.Length.ShouldBeGreaterThan(10);
        foreach (var file in files)
        {
            var error = Should.Throw<VideoStyleException>(() => new PngFile().Read(file), file);
            error.Kind.ShouldBe(ErrorKind.Input);
            error.Message.ShouldStartWith($"{file}: cannot be read as PNG: ");
            error.Message.ShouldEndWith(".");
        }
    }

    [MediaFact]
    public void Decode_EverySingleByteDamaged_NeverThrowsAnythingElse()
    {
        var good = PngFile.Encode(new PngImage(5, 4, 3, 8, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 11))]));
        for (var i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 0x55;
            Should.Throw<VideoStyleException>(() => PngFile.Decode("bad", bad), $"byte {i}").Kind.ShouldBe(ErrorKind.Input);
        }
    }

    [MediaFact]
    public void Decode_EveryPrefix_ThrowsInputError()
    {
        var good = PngFile.Encode(new PngImage(3, 3, 3, 16, new byte[54]));
        for (var length = 0; length < good.Length; length++)
            Should.Throw<VideoStyleException>(() => PngFile.Decode("cut", good.AsSpan(0, length)), $"{length} bytes").Kind.ShouldBe(ErrorKind.Input);
    }

    [MediaTheory]
    [InlineData(8000, "ends early")]
    [InlineData(32000, "out of range")]
    [InlineData(int.MaxValue, "out of range")]
    public void Decode_HugeSizeInASmallFile_IsRefusedBeforeItIsDecoded(int side, string reason)
    {
        var file = Make(side, side, bits: 8, colorType: 2, new byte[4]);

        Should.Throw<VideoStyleException>(() => PngFile.Decode("bomb", file)).Message.ShouldContain(reason);
    }

    [MediaFact]
    public void Decode_RowsMissing_ThrowsInputError()
    {
        // Five rows are announced, two are there; the checksums are right.
        var file = Make(4, 5, bits: 8, colorType: 0, new byte[2 * 5]);

        Should.Throw<VideoStyleException>(() => PngFile.Decode("short", file)).Kind.ShouldBe(ErrorKind.Input);
    }

    [MediaTheory]
    [InlineData(0, 1, new byte[] { 0b0100_0000 }, 1, new byte[] { 0, 255 })]
    [InlineData(0, 2, new byte[] { 0b0110_0000 }, 1, new byte[] { 85, 170 })]
    [InlineData(0, 4, new byte[] { 0x2F }, 1, new byte[] { 34, 255 })]
    [InlineData(0, 8, new byte[] { 7, 200 }, 1, new byte[] { 7, 200 })]
    [InlineData(0, 16, new byte[] { 1, 2, 3, 4 }, 1, new byte[] { 1, 2, 3, 4 })]
    [InlineData(2, 8, new byte[] { 1, 2, 3, 4, 5, 6 }, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(3, 1, new byte[] { 0b0100_0000 }, 3, new byte[] { 10, 20, 30, 40, 50, 60 })]
    [InlineData(3, 8, new byte[] { 1, 0 }, 3, new byte[] { 40, 50, 60, 10, 20, 30 })]
    [InlineData(4, 8, new byte[] { 1, 2, 3, 4 }, 2, new byte[] { 1, 2, 3, 4 })]
    [InlineData(4, 16, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 2, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData(6, 8, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 4, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    public void Decode_EveryColourTypeAndDepth_GivesTheStoredSamples(int colorType, int bits, byte[] row, int channels, byte[] samples)
    {
        var png = PngFile.Decode("made", Make(2, 1, bits, colorType, [0, .. row]));

        (png.Width, png.Height, png.Channels, png.BitDepth).ShouldBe((2, 1, channels, Math.Max(8, bits)));
        png.Samples.ShouldBe(samples);
    }

    [MediaFact]
    public void Decode_Interlaced_GivesThePixelsInTheirPlaces()
    {
        // The left pixel is all of the first pass, the right one all of the sixth.
        var png = PngFile.Decode("interlaced", Make(2, 1, bits: 8, colorType: 0, [0, 7, 0, 200], interlaced: true));

        png.Samples.ShouldBe([7, 200]);
    }

    [MediaTheory]
    [InlineData(1, 1, 1, 8)]
    [InlineData(53, 37, 3, 8)]
    [InlineData(7, 200, 1, 8)]
    [InlineData(256, 2, 3, 16)]
    [InlineData(53, 37, 1, 16)]
    public void Decode_WhatEncodeWrote_IsTheSame(int width, int height, int channels, int bits)
    {
        var samples = new byte[width * height * channels * bits / 8];
        new Random(3).NextBytes(samples);

        var png = PngFile.Decode("own", PngFile.Encode(new PngImage(width, height, channels, bits, samples)));

        (png.Width, png.Height, png.Channels, png.BitDepth).ShouldBe((width, height, channels, bits));
        png.Samples.ShouldBe(samples);
    }

    [MediaFact]
    public void Write_FolderThatIsNotThere_ThrowsOutputErrorThatNamesTheFile()
    {
        using var folder = new TempFolder();

        var error = Should.Throw<VideoStyleException>(() => new PngFile().Write(folder["no/mask.png"], new PngImage(1, 1, 1, 8, [255])));

        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldStartWith(folder["no/mask.png"]);
    }

    [MediaFact]
    public void Encode_SamplesOfAnotherShape_ThrowsArgumentException() =>
        Should.Throw<ArgumentException>(() => PngFile.Encode(new PngImage(2, 2, 3, 8, new byte[11])));

    /// <summary>A file as the standard says, whatever it announces; <paramref name="rows"/> with the number of a filter before each.</summary>
    private static byte[] Make(int width, int height, int bits, int colorType, byte[] rows, bool interlaced = false)
    {
        using MemoryStream file = new();
        file.Write(Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colorType, (byte)(interlaced ? 1 : 0));
        WriteChunk(file, "IHDR", header);
        if (colorType == 3)
            WriteChunk(file, "PLTE", [10, 20, 30, 40, 50, 60]);
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Optimal))
            zlib.Write(rows);
        WriteChunk(file, "IDAT", compressed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, string type, byte[] data)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. data];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(checkedPart));
        file.Write(number);
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
