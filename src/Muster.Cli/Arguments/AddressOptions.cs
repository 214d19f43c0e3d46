using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Terminals;

namespace Muster.Cli.Arguments;

/// <summary>Which server a command talks to, and as whom.</summary>
internal sealed class AddressOptions
{
    /// <summary>Where <c>muster dev</c> listens.</summary>
    public const string DefaultAddress = "http://127.0.0.1:7474";

    private readonly Option<string?> address = new("--addr")
    {
        Description = $"The server's address; MUSTER_ADDR, or {DefaultAddress}, unless set.",
        HelpName = "url",
    };

    private readonly Option<FileInfo?> tokenFile = new("--token-file")
    {
        Description = "A file that holds the bearer token; MUSTER_TOKEN unless set.",
        HelpName = "file",
    };

    public void AddTo(Command command)
    {
        command.Add(address);
        command.Add(tokenFile);
    }

    /// <summary>A client for that server.</summary>
    /// <exception cref="CliException">The address is none, or the token file cannot be read.</exception>
    public MusterClient Connect(ParseResult parse, Terminal terminal) =>
        new(Address(parse, terminal), Token(parse, terminal), timeProvider: terminal.Time);

    private Uri Address(ParseResult parse, Terminal terminal)
    {
        var (source, text) = parse.GetValue(address) is { } given
            ? ("--addr", given)
            : ("MUSTER_ADDR", NonEmpty(terminal.Environment("MUSTER_ADDR")) ?? DefaultAddress);
        // People write host:port; Uri would take the host for a scheme.
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri
            : throw new CliException(ExitCode.Usage, $"{source} is '{text}': http://HOST:PORT or https://HOST:PORT");
    }

    private string? Token(ParseResult parse, Terminal terminal)
    {
        if (parse.GetValue(tokenFile) is not { } file)
        {
            return Checked("MUSTER_TOKEN", NonEmpty(terminal.Environment("MUSTER_TOKEN")));
        }

        try
        {
            return Checked($"--token-file {file}", NonEmpty(File.ReadAllText(file.FullName)))
                ?? throw new CliException(ExitCode.Usage, $"--token-file {file} is empty: a file that holds a bearer token");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--token-file {file} cannot be read: {error.Message}", error);
        }
    }

    // Never echoes the text: it may be a secret, or a part of one.
    private static string? Checked(string source, string? token) =>
        token is null || token.All(c => c is > ' ' and < '\x7f')
            ? token
            : throw new CliException(ExitCode.Usage, $"{source} does not hold a bearer token: printable characters without spaces");

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
