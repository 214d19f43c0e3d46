using System.Text;

using Muster.Core;
using Muster.Server.Reporting;

namespace Muster.Server.Tests.Reporting;

public sealed class ReportTokenTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");
    private static readonly InstallationId Installation = new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3301"));
    private static readonly AccountId Account = new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3302"));
    private static readonly ReportToken Token = new(
        7, new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3303")), new(new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3304")));

    [Fact]
    public void A_token_says_of_which_launch_it_is_and_its_key_proves_it()
    {
        var text = Token.Write(Secret, Installation, Account);

        Assert.Equal(95, text.Length);
        Assert.True(ReportToken.TryRead(text, out var read, out var proof));
        Assert.Equal(Token, read);
        Assert.True(read.IsProvenBy(proof, Secret, Installation, Account));
        Assert.Equal(text, Token.Write(Secret, Installation, Account));
    }

    [Fact]
    public void Nothing_else_is_proven_by_it()
    {
        Assert.True(ReportToken.TryRead(Token.Write(Secret, Installation, Account), out _, out var proof));
        var other = new Guid("3f2504e0-4f89-41d3-9a0c-0305e82c3309");

        Assert.False((Token with { Key = 8 }).IsProvenBy(proof, Secret, Installation, Account));
        Assert.False((Token with { Group = new(other) }).IsProvenBy(proof, Secret, Installation, Account));
        Assert.False((Token with { Launch = new(other) }).IsProvenBy(proof, Secret, Installation, Account));
        Assert.False(Token.IsProvenBy(proof, Secret, new(other), Account));
        Assert.False(Token.IsProvenBy(proof, Secret, Installation, new(other)));
        Assert.False(Token.IsProvenBy(proof, Encoding.ASCII.GetBytes(new string('x', 32)), Installation, Account));
        Assert.False(Token.IsProvenBy(proof.AsSpan(1), Secret, Installation, Account));
    }

    [Theory]
    [InlineData("")]
    [InlineData("msi_")]
    [InlineData("mst_0123456789abcdef0123456789abcdef0123456789a")]
    public void What_cannot_be_a_token_is_none(string text) => Assert.False(ReportToken.TryRead(text, out _, out _));

    [Fact]
    public void A_token_that_lost_or_changed_a_letter_is_none_or_proves_nothing()
    {
        var text = Token.Write(Secret, Installation, Account);

        Assert.False(ReportToken.TryRead(text[..^1], out _, out _));
        Assert.False(ReportToken.TryRead(text + "A", out _, out _));
        Assert.False(ReportToken.TryRead(text.Replace('_', '-')[..4] + text[4..], out _, out _));
        Assert.False(ReportToken.TryRead(text[..20] + "!" + text[21..], out _, out _));
        for (var at = 4; at < text.Length - 1; at++)
        {
            var changed = text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
            Assert.True(ReportToken.TryRead(changed, out var token, out var proof));
            Assert.False(token.IsProvenBy(proof, Secret, Installation, Account));
        }
    }
}
