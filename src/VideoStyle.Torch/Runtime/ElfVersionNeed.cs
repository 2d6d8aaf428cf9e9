namespace VideoStyle.Torch.Runtime;

/// <summary>A symbol version that a library asks of another one.</summary>
/// <param name="Library">The library that should have it, as in <c>libstdc++.so.6</c>.</param>
/// <param name="Version">As in <c>GLIBCXX_3.4.30</c>.</param>
/// <param name="Flags">2 (<c>VER_FLG_WEAK</c>) where the loader may go on without it.</param>
/// <param name="FlagsOffset">Where the two bytes of the flags lie in the file.</param>
internal readonly record struct ElfVersionNeed(string Library, string Version, ushort Flags, long FlagsOffset);
