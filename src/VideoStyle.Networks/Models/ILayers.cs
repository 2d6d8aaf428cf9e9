namespace VideoStyle.Networks.Models;

/// <summary>What an architecture is made of, for pictures in whatever form they are computed.</summary>
/// <typeparam name="T">A picture with the border that the layer behind it reads: a tensor, or rows that come when asked for.</typeparam>
internal interface ILayers<T>
{
    /// <summary>Convolves without border, normalises and cuts off below 0.</summary>
    T ConvNorm(T x, string conv, string norm, NextLayer next = NextLayer.Convolution, int stride = 1);

    /// <summary>As <see cref="ConvNorm"/>, of a picture that is twice enlarged first.</summary>
    T EnlargedConvNorm(T x, string conv, string norm, NextLayer next);

    /// <summary>x + norm(conv(ReLU(norm(conv(x))))), read with a border of 1.</summary>
    T Residual(T x, (string Conv, string Norm) first, (string Conv, string Norm) second, NextLayer next);

    /// <summary>The last convolution, with its bias.</summary>
    T Conv(T x, string conv);
}
