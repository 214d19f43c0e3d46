using System.Diagnostics;

using CsCheck;

namespace Muster.Core.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("sleep 1000", "sleep", "1000")]
    [InlineData("  sleep\t\n1000  ", "sleep", "1000")]
    [InlineData("sh -c 'echo $PORT | cat; exit 1'", "sh", "-c", "echo $PORT | cat; exit 1")]
    [InlineData("a \"b c\" d", "a", "b c", "d")]
    [InlineData("a b\\ c", "a", "b c")]
    [InlineData("a \"\" ''", "a", "", "")]
    [InlineData("a'b'\"c\"d", "abcd")]
    [InlineData("\"\\\"\\\\\\$\\`\\n\"", "\"\\$`\\n")]
    [InlineData("'\\'", "\\")]
    [InlineData("a\\\nb \"c\\\nd\"", "ab", "cd")]
    [InlineData("\\$HOME \\; \\|", "$HOME", ";", "|")]
    [InlineData("*.txt ~ #x {a,b}", "*.txt", "~", "#x", "{a,b}")]
    public void A_command_line_is_split_into_words(string text, params string[] words)
    {
        Assert.True(CommandLine.TrySplit(text, out var split, out var error), error);

        Assert.Equal(words, split);
    }

    [Theory]
    [InlineData("", "it holds no word")]
    [InlineData(" \n", "it holds no word")]
    [InlineData("a 'b", "position 3: the single quote is never closed")]
    [InlineData("a \"b'", "position 3: the double quote is never closed")]
    [InlineData("a \"b\\\"", "position 3: the double quote is never closed")]
    [InlineData("a\\", "position 2: a backslash at the end")]
    [InlineData("a | b", "position 3: '|' needs a shell")]
    [InlineData("a > b", "position 3: '>' needs a shell")]
    [InlineData("a $PORT", "position 3: '$' needs a shell")]
    [InlineData("a \"$PORT\"", "position 4: '$' in double quotes needs a shell")]
    [InlineData("a `b`", "position 3: '`' needs a shell")]
    [InlineData("a;b", "position 2: ';' needs a shell")]
    [InlineData("a \0", "position 3: a NUL character")]
    public void What_cannot_be_split_is_refused_with_its_position(string text, string wrong)
    {
        Assert.False(CommandLine.TrySplit(text, out var words, out var error));

        Assert.StartsWith(wrong, error, StringComparison.Ordinal);
        Assert.Empty(words);
    }

    [Fact]
    public void What_is_accepted_is_split_as_the_systems_shell_splits_it()
    {
        var texts = Gen.Char["ab '\"\\ü-="].Array[1, 12].Select(characters => new string(characters))
            .Where(text => CommandLine.TrySplit(text, out _, out _))
            .Array[400].Single();

        var byShell = SplitByShell(texts);

        Assert.Equal(texts.Length, byShell.Length);
        Assert.All(texts.Zip(byShell), pair =>
        {
            CommandLine.TrySplit(pair.First, out var words, out _);
            Assert.Equal((pair.First, pair.Second), (pair.First, string.Concat(words.Select(word => word + "\u0002"))));
        });
    }

    [Fact]
    public void Words_that_are_joined_split_into_the_same_words() =>
        Gen.Char["ab '\"\\ü-=$;"].Array[0, 6].Select(characters => new string(characters)).Array[1, 5].Sample(words =>
        {
            Assert.True(CommandLine.TrySplit(CommandLine.Join(words), out var split, out var error), error);
            Assert.Equal(words, split);
        });

    /// <summary>One shell for all: its answers end in \1, their words in \2.</summary>
    private static string[] SplitByShell(string[] texts)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("for text; do eval \"set -- $text\"; for word; do printf '%s\\002' \"$word\"; done; printf '\\001'; done");
        start.ArgumentList.Add("sh");
        foreach (var text in texts)
        {
            start.ArgumentList.Add(text);
        }

        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output.Split('\u0001')[..^1];
    }
}
