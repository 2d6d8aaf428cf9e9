using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Live.Painting;

/// <summary>A stylizer that can be exchanged while frames are being stylized. The old one is disposed after the last frame that uses it.</summary>
/// <param name="info">What is said of every stylizer that comes here.</param>
internal sealed class SlotStylizer(StylizerInfo info) : IStylizer, IRegionStylizer
{
    private readonly Lock _lock = new();
    private Holder? _holder;

    /// <inheritdoc />
    public StylizerInfo Info => info;

    /// <inheritdoc />
    public IRegionStylizer Regions => this;

    /// <inheritdoc />
    public IFrameObserver? Observer => null;

    /// <summary>Puts a stylizer here.</summary>
    /// <param name="stylizer">Owned from here on.</param>
    public void Put(IStylizer? stylizer)
    {
        Holder? before;
        lock (_lock)
        {
            before = _holder;
            _holder = stylizer is null ? null : new Holder(stylizer);
        }

        before?.Release();
    }

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame) => Use(stylizer =>
    {
        var stylized = stylizer.Stylize(frame);
        stylized.State = new SlotState(stylizer, stylized.State);
        return stylized;
    });

    /// <inheritdoc />
    /// <remarks>An empty slot needs no more than the region.</remarks>
    public Region InputRegion(Region region, int width, int height) =>
        Volatile.Read(ref _holder) is null ? region : Use(stylizer => stylizer.Regions?.InputRegion(region, width, height) ?? new Region(0, 0, width, height));

    /// <inheritdoc />
    /// <remarks>The state of a stylizer that is no longer here is not used.</remarks>
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference) => Use(stylizer =>
    {
        if (stylizer.Regions is { } own)
            return own.Stylize(frame, regions, reference is SlotState state && ReferenceEquals(state.Owner, stylizer) ? state.Inner : null);
        using var whole = stylizer.Stylize(frame);
        return [.. regions.Select(whole.Cut)];
    });

    /// <inheritdoc />
    public void Dispose() => Put(null);

    private T Use<T>(Func<IStylizer, T> use)
    {
        Holder holder;
        lock (_lock)
        {
            holder = _holder ?? throw new InvalidOperationException("Nothing is in the slot.");
            holder.Keep();
        }

        try
        {
            return use(holder.Stylizer);
        }
        finally
        {
            holder.Release();
        }
    }

    private sealed class SlotState(IStylizer owner, StylizerState? inner) : StylizerState
    {
        public IStylizer Owner => owner;

        public StylizerState? Inner => inner;
    }

    private sealed class Holder(IStylizer stylizer)
    {
        private int _users = 1;

        public IStylizer Stylizer => stylizer;

        public void Keep() => Interlocked.Increment(ref _users);

        public void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
                stylizer.Dispose();
        }
    }
}
