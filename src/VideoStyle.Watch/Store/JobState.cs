namespace VideoStyle.Watch.Store;

/// <summary>How far a file on its way to a painting has come.</summary>
public enum JobState
{
    /// <summary>Known, but not there at the moment, or without its marker file.</summary>
    Found,

    /// <summary>There, and watched until it has come to rest.</summary>
    Settling,

    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>Being converted, under a lease.</summary>
    Running,

    /// <summary>The painting is in its place.</summary>
    Done,

    /// <summary>Failed, and will be tried again.</summary>
    Failed,

    /// <summary>Failed for good; the file lies in quarantine with the reason beside it.</summary>
    Quarantined,

    /// <summary>Taken out of the queue by a person.</summary>
    Cancelled,
}

/// <summary>Which waiting file is taken first.</summary>
public enum JobOrder
{
    /// <summary>The one that was modified first.</summary>
    Oldest,

    /// <summary>The smallest.</summary>
    Smallest,

    /// <summary>The one that was modified last.</summary>
    Newest,
}

/// <summary>What is done with a file whose content was painted before, under this or another name.</summary>
public enum DuplicateRule
{
    /// <summary>It counts as done.</summary>
    Skip,

    /// <summary>It is painted again.</summary>
    Rerun,
}
