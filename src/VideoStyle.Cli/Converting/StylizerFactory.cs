using VideoStyle.Core.Styling;
using VideoStyle.Native;
using VideoStyle.Networks;
using VideoStyle.Networks.Models;

namespace VideoStyle.Cli.Converting;

/// <summary>Prepares the style that a conversion names.</summary>
internal static class StylizerFactory
{
    /// <summary>Loads a built-in style, a model file, or <c>none</c>, which paints nothing.</summary>
    /// <exception cref="Core.Errors.VideoStyleException">There is no such style, or the device cannot run it.</exception>
    public static IStylizer Create(ConversionRequest request)
    {
        if (request.Style is IdentityStylizer.Name)
            return new IdentityStylizer();
        VideoStyleNative.Require(NativeUnits.Torch);
        return TorchStylizer.Create(
            StyleCatalog.BuiltIn.Resolve(request.Style),
            new StylizerOptions { Device = request.Device, Precision = request.Precision, MaxMemory = request.MaxMemory }
        );
    }
}
