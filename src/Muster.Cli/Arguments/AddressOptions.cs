using System.CommandLine;

using Muster.Api.Client;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Arguments;

/// <summary>Which server a command talks to, and as whom.</summary>
internal sealed class AddressOptions
{
    private readonly Option<string?> _address = new("--addr")
    {
        Description = $"The server's address; {ServerAddress.Variable}, or {ServerAddress.Default}, unless set.",
        HelpName = "url",
    };

    private readonly FileOption _tokenFile = new("--token-file")
    {
        Description = $"A file that holds the bearer token; {ServerAddress.TokenVariable} unless set.",
    };

    public void AddTo(Command command)
    {
        command.Add(_address);
        command.Add(_tokenFile);
    }

    /// <summary>A client for that server.</summary>
    /// <exception cref="CliException">The address is none, or the token file cannot be read.</exception>
    public MusterClient Connect(ParseResult parse, Terminal terminal) =>
        new(Address(parse, terminal), Token(parse, terminal), timeProvider: terminal.Time);

    /// <summary>The same of values that were not parsed: null for what is not given.</summary>
    /// <exception cref="CliException">The address is none, or the token file cannot be read.</exception>
    public static MusterClient Connect(string? address, string? tokenFile, Terminal terminal) => new(
        Address(address, terminal), Token(tokenFile is null ? null : new FileInfo(tokenFile), terminal), timeProvider: terminal.Time);

    /// <summary>Where the server is.</summary>
    /// <exception cref="CliException">That is no address.</exception>
    public Uri Address(ParseResult parse, Terminal terminal) => Address(parse.GetValue(_address), terminal);

    /// <summary>What names the server: the option, or the variable.</summary>
    public string SourceOf(ParseResult parse) => SourceOf(parse.GetValue(_address));

    private static string SourceOf(string? given) => given is null ? ServerAddress.Variable : "--addr";

    private static Uri Address(string? given, Terminal terminal)
    {
        var text = given ?? ServerAddress.Given(terminal.Environment(ServerAddress.Variable)) ?? ServerAddress.Default;
        return ServerAddress.TryParse(text, out var read)
            ? read
            : throw new CliException(ExitCode.Usage, $"{SourceOf(given)} is '{text}': {ServerAddress.Allowed}");
    }

    /// <summary>The bearer token; null for none.</summary>
    /// <exception cref="CliException">The file cannot be read, or holds none.</exception>
    public string? Token(ParseResult parse, Terminal terminal) => Token(parse.GetValue(_tokenFile), terminal);

    private static string? Token(FileInfo? given, Terminal terminal)
    {
        if (given is not { } file)
        {
            return Checked(ServerAddress.TokenVariable, ServerAddress.Given(terminal.Environment(ServerAddress.TokenVariable)));
        }

        try
        {
            return Checked($"--token-file {file}", ServerAddress.Given(File.ReadAllText(file.FullName)))
                ?? throw new CliException(ExitCode.Usage, $"--token-file {file} is empty: a file that holds a bearer token");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--token-file {file} cannot be read: {error.Message}", error);
        }
    }

    // Never echoes the text: it may be a secret, or a part of one.
    private static string? Checked(string source, string? token) =>
        token is null || ServerAddress.IsToken(token)
            ? token
            : throw new CliException(ExitCode.Usage, $"{source} does not hold a bearer token: {ServerAddress.TokenAllowed}");
}
