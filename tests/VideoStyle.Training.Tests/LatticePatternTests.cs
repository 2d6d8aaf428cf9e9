using Shouldly;
using VideoStyle.Native;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Tests;

public sealed class LatticePatternTests
{
    private const int Period = 8;
    private const int Side = 64;

    /// <summary>The energy of the pattern is the power of the texture at the multiples of 1/8, by a Fourier sum.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void Energy_OfAnyImage_IsThePowerAtTheFrequenciesOfTheLattice()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var image = rand(1, 1, Side + Period, Side + Period).to(ScalarType.Float64);
        var fine = FinerThanACell(image.ToArray<double>());

        var (pattern, texture) = LatticePattern.Energy(image, Period);

        pattern.shape.ShouldBe([1, 1, 1]);
        texture.ToDouble().ShouldBe(fine.Cast<double>().Average(v => v * v), 1e-12);
        pattern.ToDouble().ShouldBe(PowerAtLatticeFrequencies(fine), 1e-12);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_OfATiledTexture_IsAll()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        LatticePattern.Share(rand(2, 3, Period, Period).repeat(1, 1, 20, 25), Period)!.ToDouble().ShouldBe(1, 0.01);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_OfNoise_IsThatOfItsCells()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        LatticePattern.Share(rand(2, 3, 400, 400), Period)!.ToDouble().ShouldBe(1.0 / 64, 0.003);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_OfAWeaveInAsMuchNoise_IsHalf()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var weave = rand(1, 3, Period, Period).repeat(1, 1, 50, 50);
        LatticePattern.Share(weave + rand(1, 3, 400, 400), Period)!.ToDouble().ShouldBe(0.5, 0.06);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_OfATextureOfAnotherPeriod_IsLittle()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        LatticePattern.Share(rand(1, 3, 7, 7).repeat(1, 1, 60, 60), Period)!.ToDouble().ShouldBeLessThan(0.05);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_OfASlope_IsNone()
    {
        using var scope = NewDisposeScope();
        var slope = linspace(0, 1, 200).reshape(1, 1, 1, 200).repeat(1, 3, 200, 1);
        LatticePattern.Share(slope, Period)!.ToDouble().ShouldBe(0, 1e-4);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Share_BesidePhotos_IsThatOfTheWindowsWhereTheyAreFlat()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var (wall, leaves) = (full([1, 3, 72, 136], 0.4f), rand(1, 3, 72, 136));
        var image = cat([rand(1, 3, Period, Period).repeat(1, 1, 9, 17), rand(1, 3, 72, 136)], 2);

        LatticePattern.Share(image, Period, cat([wall, leaves], 2))!.ToDouble().ShouldBe(1, 0.01);
        LatticePattern.Share(image, Period, cat([leaves.narrow(2, 0, 64), wall.narrow(2, 0, 8), wall], 2))!.ToDouble().ShouldBeLessThan(0.2);
        LatticePattern.Share(image, Period, cat([leaves, leaves], 2)).ShouldBeNull();
    }

    private static double[,] FinerThanACell(double[] image)
    {
        const int Width = Side + Period;
        var fine = new double[Side, Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var sum = 0.0;
                for (var v = 0; v <= Period; v++)
                {
                    for (var u = 0; u <= Period; u++)
                        sum += image[(y + v) * Width + x + u] * (v is 0 or Period ? 0.5 : 1) * (u is 0 or Period ? 0.5 : 1);
                }

                fine[y, x] = image[(y + Period / 2) * Width + x + Period / 2] - sum / (Period * Period);
            }
        }

        return fine;
    }

    private static double PowerAtLatticeFrequencies(double[,] fine)
    {
        var power = 0.0;
        for (var k = 0; k < Period; k++)
        {
            for (var l = 0; l < Period; l++)
            {
                var (re, im) = (0.0, 0.0);
                for (var y = 0; y < Side; y++)
                {
                    for (var x = 0; x < Side; x++)
                    {
                        var (sin, cos) = Math.SinCos(2 * Math.PI * (k * y + l * x) / Period);
                        (re, im) = (re + fine[y, x] * cos, im + fine[y, x] * sin);
                    }
                }

                power += (re * re + im * im) / Math.Pow(Side * Side, 2);
            }
        }

        return power;
    }
}
