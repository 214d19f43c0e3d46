using Muster.Api;
using Muster.Api.Tokens;
using Muster.Cli.Rendering;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Tokens;

/// <summary>How tokens are shown.</summary>
internal static class TokenViews
{
    /// <summary>The secret alone on stdout, so that a script can keep it; the words about it on stderr.</summary>
    public static void Write(Terminal terminal, TokenCreated created, bool json)
    {
        if (json)
        {
            Json.Write(terminal.Out, created, ApiJson.Default.TokenCreated);
            return;
        }

        var token = created.Details;
        terminal.Out.WriteLine(created.Token);
        Say(terminal, token, "this is the only time it is shown");
    }

    /// <summary>What is said of a token that is in a file: everything but the secret.</summary>
    public static void WriteKept(Terminal terminal, TokenCreated created, string file, bool json)
    {
        var token = created.Details;
        if (json)
        {
            Json.Write(terminal.Out, token, ApiJson.Default.TokenView);
        }

        Say(terminal, token, $"it is in {file}, and nowhere else");
    }

    public static void Write(Terminal terminal, IReadOnlyList<TokenView> tokens, Output output)
    {
        if (output.IsJson)
        {
            Json.WriteArray(terminal.Out, tokens, ApiJson.Default.TokenView);
            return;
        }

        if (output.IsName)
        {
            Names.Write(terminal, tokens.Select(token => token.Name));
            return;
        }

        var grid = new Grid(
            "NAME",
            "ROLE",
            new Column("SCOPE", Drop: 3),
            "STATE",
            new Column("CREATED", Drop: 1),
            "EXPIRES",
            new Column("ID", Drop: 2) { IsId = true });
        var now = terminal.Time.GetUtcNow();
        foreach (var token in tokens)
        {
            grid.Add(
                token.Name, token.Role, token.Scope ?? "", State(token, now), Moments.Text(token.CreatedAt), Moments.Text(token.ExpiresAt),
                new Cell(token.Id.ToString(), Tone.Dim));
        }

        grid.Write(terminal, output);
    }

    private static void Say(Terminal terminal, TokenView token, string where) => terminal.Error.WriteLine(VisibleText.OneLine(
        $"muster: token '{token.Name}' ({token.Role}{Reach(token)}) expires {Moments.Text(token.ExpiresAt)}; {where}"));

    private static string Reach(TokenView token) => token.Scope is { } scope ? $", {scope}" : "";

    private static Cell State(TokenView token, DateTimeOffset now) =>
        token.RevokedAt is not null ? new("revoked", Tone.Dim)
        : token.ExpiresAt <= now ? new("expired", Tone.Dim)
        : new("valid", Tone.Good);
}
