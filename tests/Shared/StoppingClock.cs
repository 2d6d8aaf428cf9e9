namespace VideoStyle.Tests;

/// <summary>Asks for a stop after it was read a number of times; a step of training or painting reads it twice.</summary>
internal sealed class StoppingClock(CancellationTokenSource stop, int readings) : TimeProvider
{
    private int _left = readings;

    public override long GetTimestamp()
    {
        if (--_left == 0)
            stop.Cancel();
        return base.GetTimestamp();
    }
}
