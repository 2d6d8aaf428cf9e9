namespace VideoStyle.Networks.Models;

/// <summary>The layers that architectures are composed of, for any representation of images.</summary>
/// <typeparam name="T">An image with the padding that the next layer reads: a tensor, or rows computed on demand.</typeparam>
internal interface ILayers<T>
{
    /// <summary>ReLU(norm(conv(x))), the convolution without padding of its own.</summary>
    T ConvNorm(T x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1);

    /// <summary>As <see cref="ConvNorm"/>, after nearest-neighbour upsampling by 2.</summary>
    T UpsampleConvNorm(T x, string conv, string norm, NextLayer next);

    /// <summary>x + norm(conv(ReLU(norm(conv(x))))), x with a padding of 1.</summary>
    T Residual(T x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next);

    /// <summary>The last convolution, with its bias.</summary>
    T Conv(T x, string conv);
}
