using Shouldly;
using Xunit;

namespace VideoStyle.Tests;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("a\e[31mred\e[0m.mp4", "a\\x1b[31mred\\x1b[0m.mp4")]
    [InlineData("two\nlines\r\t", "two\\nlines\\r\\t")]
    [InlineData("bell\a\u0000\u007f", "bell\\x07\\x00\\x7f")]
    [InlineData("c1\u009b31m", "c1\\u009b31m")]
    [InlineData("photo\u202egpj.exe", "photo\\u202egpj.exe")]
    [InlineData("\u2066a\u2069\u200fb\u2028", "\\u2066a\\u2069\\u200fb\\u2028")]
    public void Line_WhatSteersATerminal_IsEscaped(string text, string expected) => PrintableText.Line(text).ShouldBe(expected);

    [Theory]
    [InlineData("plain name.mp4")]
    [InlineData("雪の町 – été ﷺ נָ.mp4")]
    [InlineData("👩‍👩‍👧.mp4")]
    [InlineData("back\\slash")]
    public void Line_OrdinaryText_IsLeftAsItIs(string text) => PrintableText.Line(text).ShouldBeSameAs(text);

    [Fact]
    public void Lines_LineBreaksAndTabs_Stay() => PrintableText.Lines("a\n\tb\e").ShouldBe("a\n\tb\\x1b");
}
