using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop.Handles;

/// <summary>A number that native code looks at while it waits; not 0 ends the wait.</summary>
/// <remarks>Lives as long as the handle whose calls look at it, which disposes it after the last of them.</remarks>
internal sealed unsafe class StopFlag : IDisposable
{
    private readonly CancellationTokenRegistration _registration;
    private readonly Lock _lock = new();
    private int* _value = (int*)NativeMemory.AllocZeroed(sizeof(int));

    /// <summary>Creates a flag that a token raises.</summary>
    public StopFlag(CancellationToken cancellationToken) => _registration = cancellationToken.Register(Raise);

    /// <summary>Gets the address.</summary>
    public nint Address => (nint)_value;

    /// <summary>Ends every wait.</summary>
    public void Raise()
    {
        lock (_lock)
            if (_value is not null)
                Volatile.Write(ref *_value, 1);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _registration.Unregister();
        lock (_lock)
        {
            NativeMemory.Free(_value);
            _value = null;
        }
    }
}
