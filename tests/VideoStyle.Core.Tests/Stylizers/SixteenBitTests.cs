using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Stylizers;

/// <summary>A frame of more than 8 bits passes through without a step of 8 bits on the way.</summary>
public sealed class SixteenBitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RoundTo_FrameOfSixteenBits_KeepsWhatTheStylizedFrameHolds(bool alpha)
    {
        const int width = 61, height = 7;
        using var frame = Ramp(width, height, alpha);
        using IdentityStylizer identity = new();
        using var stylized = identity.Stylize(frame);
        using var rounded = new FramePool().Rent(width, height, alpha, with16Bits: true);

        stylized.RoundTo(rounded);

        for (var i = 0; i < frame.Pixels16.Length; i++)
            Math.Abs(rounded.Pixels16[i] - frame.Pixels16[i]).ShouldBeLessThanOrEqualTo(2, "2 of 65535 are half a step of 14 bits");
        // The 8 bits are those of the same values.
        for (var i = 0; i < frame.Pixels.Length; i++)
            Math.Abs(rounded.Pixels[i] - rounded.Pixels16[i] / 257.0).ShouldBeLessThan(0.51);
        (rounded.Pixels16[0], rounded.Pixels16[^1]).ShouldBe(((ushort)0, ushort.MaxValue));
    }

    [Fact]
    public void RentedFrame_WithEverything_KeepsItsPartsApart()
    {
        using var frame = new FramePool().Rent(3, 5, withAlpha: true, with16Bits: true);
        frame.Pixels.Fill(1);
        frame.Alpha.Fill(2);
        frame.Pixels16.Fill(3);

        (frame.Pixels.Length, frame.Alpha.Length, frame.Pixels16.Length).ShouldBe((45, 15, 45));
        frame.Pixels.IndexOfAnyExcept((byte)1).ShouldBe(-1);
        frame.Alpha.IndexOfAnyExcept((byte)2).ShouldBe(-1);
        frame.Pixels16.IndexOfAnyExcept((ushort)3).ShouldBe(-1);
    }

    private static Frame Ramp(int width, int height, bool alpha)
    {
        var frame = new FramePool().Rent(width, height, alpha, with16Bits: true);
        for (var i = 0; i < frame.Pixels16.Length; i++)
        {
            frame.Pixels16[i] = (ushort)(65535L * i / (frame.Pixels16.Length - 1));
            frame.Pixels[i] = (byte)((frame.Pixels16[i] + 128) / 257);
        }

        return frame;
    }
}
