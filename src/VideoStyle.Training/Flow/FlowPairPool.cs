using System.Runtime.ExceptionServices;

namespace VideoStyle.Training.Flow;

/// <summary>A window over the sequence of generated pairs that moves on with the steps; pairs are made ahead on threads of their own.</summary>
/// <remarks>
/// A pair takes about as long to make as to train on, so each is used several times. Which pairs a step may draw depends on the step alone:
/// a resumed run makes its window again and draws what an uninterrupted one would have drawn.
/// </remarks>
internal sealed class FlowPairPool : IDisposable
{
    private const int Ahead = 32;
    private const int First = 64; // pairs that are made before the first step

    private readonly FlowPairGenerator _generator;
    private readonly int _size;
    private readonly double _freshPerStep;
    private readonly Dictionary<long, FlowPair> _pairs = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _made = new(0);
    private readonly SemaphoreSlim _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _makers;
    private long _next;
    private long _discarded;
    private Exception? _failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="generator">Makes the pairs.</param>
    /// <param name="size">Pairs in the window, once so many were made.</param>
    /// <param name="freshPerStep">New pairs for each step.</param>
    /// <param name="firstStep">The first step that draws.</param>
    /// <param name="threads">How many pairs are made at once.</param>
    internal FlowPairPool(FlowPairGenerator generator, int size, double freshPerStep, long firstStep, int threads)
    {
        (_generator, _size, _freshPerStep) = (generator, size, freshPerStep);
        _next = _discarded = Start(firstStep);
        _room = new SemaphoreSlim(size + Ahead);
        _makers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(MakeAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Draws the pairs of a step; waits for those that are not made yet. Steps are drawn in order.</summary>
    internal FlowPair[] Draw(long step, int count, CounterRandom random, CancellationToken cancellationToken)
    {
        var (start, end) = (Start(step), End(step));
        Discard(start);
        return [.. Enumerable.Range(0, count).Select(_ => Take(start + random.Below((int)(end - start)), cancellationToken))];
    }

    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll(_makers);
        _stop.Dispose();
        _made.Dispose();
        _room.Dispose();
    }

    private long Start(long step) => Math.Max(0, End(step) - _size);

    private long End(long step) => Math.Min(First, _size) + (long)(step * _freshPerStep);

    private void Discard(long start)
    {
        for (; _discarded < start; _discarded++)
        {
            Take(_discarded, CancellationToken.None);
            lock (_lock)
                _pairs.Remove(_discarded);
            _room.Release();
        }
    }

    private FlowPair Take(long index, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_pairs.TryGetValue(index, out var pair))
                    return pair;
                if (_failure is not null)
                    ExceptionDispatchInfo.Throw(_failure);
            }

            _made.Wait(cancellationToken);
        }
    }

    private void MakeAll()
    {
        try
        {
            while (true)
            {
                _room.Wait(_stop.Token);
                var index = Interlocked.Increment(ref _next) - 1;
                var pair = _generator.Make(index);
                lock (_lock)
                    _pairs[index] = pair;
                _made.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The pool is disposed.
        }
#pragma warning disable CA1031 // Thrown again on the thread that draws.
        catch (Exception e)
#pragma warning restore CA1031
        {
            lock (_lock)
                _failure ??= e;
            _made.Release();
        }
    }
}
