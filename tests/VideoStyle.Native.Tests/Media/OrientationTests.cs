using System.Buffers.Binary;
using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using Xunit;

namespace VideoStyle.Native.Tests.Media;

public sealed class OrientationTests
{
    // Corners of the stored picture: A B above C D. A display matrix (a b, c d) sends (x, y) to (a x + c y, b x + d y).
    [MediaTheory]
    [InlineData(1, 0, 0, 1, "AB CD")]
    [InlineData(0, 1, -1, 0, "CA DB")] // a quarter turn clockwise, as phones write it
    [InlineData(-1, 0, 0, -1, "DC BA")]
    [InlineData(0, -1, 1, 0, "BD AC")]
    [InlineData(-1, 0, 0, 1, "BA DC")] // mirrored
    [InlineData(1, 0, 0, -1, "CD AB")]
    [InlineData(0, 1, 1, 0, "AC BD")]
    [InlineData(0, -1, -1, 0, "DB CA")]
    public void Read_DisplayMatrix_GivesUprightFrames(int a, int b, int c, int d, string corners)
    {
        using var folder = new TempFolder();
        var path = folder["turned.mp4"];
        WriteCorners(path);
        PatchMatrix(path, a, b, c, d);
        using var source = FFmpegSource.Open(path, new VideoOptions());
        using var frame = source.Read(new FramePool())!;

        (frame.Width, frame.Height).ShouldBe(a == 0 ? (48, 64) : (64, 48));
        Corners(frame).ShouldBe(corners);
    }

    [MediaFact]
    public void Read_PhoneClip_EqualsFFmpegsConversionOfTheCodedFrameTurned()
    {
        const int CodedWidth = 128;
        const int CodedHeight = 72;
        var coded = File.ReadAllBytes(Fixtures.Path("media/rotated.mp4.rgb"));
        using var source = FFmpegSource.Open(Fixtures.Path("media/rotated.mp4"), new VideoOptions());
        using var frame = source.Read(new FramePool())!;

        (frame.Width, frame.Height).ShouldBe((CodedHeight, CodedWidth));
        for (var y = 0; y < CodedHeight; y++)
            for (var x = 0; x < CodedWidth; x++)
                for (var c = 0; c < 3; c++)
                    Math.Abs(frame.Pixels[3 * (x * CodedHeight + CodedHeight - 1 - y) + c] - coded[3 * (y * CodedWidth + x) + c])
                        .ShouldBeLessThanOrEqualTo(1, $"column {x}, row {y} as coded");
    }

    [MediaFact(NeedsTools = true)]
    public void Rewrite_TurnedClip_IsWrittenUprightWithoutATurn()
    {
        using var folder = new TempFolder();
        Clips.Rewrite(
            Fixtures.Path("media/rotated.mp4"),
            folder["out.mp4"],
            new EncodeOptions { Preset = "ultrafast", Crf = 40 },
            new VideoOptions { To = TimeSpan.FromSeconds(0.2) }
        );

        FFmpegTool.Stream(folder["out.mp4"], 0, "stream=width,height:side_data=rotation").ShouldBe("72,128");
    }

    [MediaTheory(NeedsTools = true)]
    [InlineData(1, "AB CD")]
    [InlineData(2, "BA DC")]
    [InlineData(3, "DC BA")]
    [InlineData(4, "CD AB")]
    [InlineData(5, "AC BD")]
    [InlineData(6, "CA DB")]
    [InlineData(7, "DB CA")]
    [InlineData(8, "BD AC")]
    public void ImageFile_ExifOrientation_IsApplied(int orientation, string corners)
    {
        using var picture = FourCorners();
        var jpeg = ImageFile.Encode(picture.Pixels, picture.Width, picture.Height, ".jpg");
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];

        using var frame = ImageFile.Decode("turned.jpg", [.. jpeg[..2], .. exif, .. jpeg[2..]]);

        Corners(frame).ShouldBe(corners);
    }

    private static Frame FourCorners()
    {
        // A red, B green, C blue, D white.
        var frame = new FramePool().Rent(64, 48);
        for (var y = 0; y < 48; y++)
            for (var x = 0; x < 64; x++)
            {
                var (left, top) = (x < 32, y < 24);
                var i = 3 * (64 * y + x);
                frame.Pixels[i] = (byte)(left == top ? top || !left ? left && !top ? 0 : 255 : 0 : 0);
                frame.Pixels[i + 1] = (byte)(left ? 0 : 255);
                frame.Pixels[i + 2] = (byte)(top ? 0 : 255);
            }

        return frame;
    }

    private static void WriteCorners(string path)
    {
        using var frame = FourCorners();
        using var sink = FFmpegSink.Create(path, new EncodeOptions { Crf = 5 }, Clips.Video(64, 48));
        sink.Write(frame);
        sink.Finish();
    }

    private static string Corners(Frame frame)
    {
        return $"{At(0.25, 0.25)}{At(0.75, 0.25)} {At(0.25, 0.75)}{At(0.75, 0.75)}";

        char At(double x, double y)
        {
            var i = 3 * ((int)(y * frame.Height) * frame.Width + (int)(x * frame.Width));
            return (frame.Pixels[i] > 128, frame.Pixels[i + 1] > 128, frame.Pixels[i + 2] > 128) switch
            {
                (true, false, false) => 'A',
                (false, true, false) => 'B',
                (false, false, true) => 'C',
                (true, true, true) => 'D',
                _ => '?',
            };
        }
    }

    // The matrix stands 40 bytes into the body of a version 0 'tkhd' box.
    private static void PatchMatrix(string path, int a, int b, int c, int d)
    {
        var bytes = File.ReadAllBytes(path);
        var matrix = bytes.AsSpan(bytes.AsSpan().IndexOf("tkhd"u8) + 4 + 40);
        BinaryPrimitives.WriteInt32BigEndian(matrix, a << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[4..], b << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[12..], c << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[16..], d << 16);
        File.WriteAllBytes(path, bytes);
    }
}
