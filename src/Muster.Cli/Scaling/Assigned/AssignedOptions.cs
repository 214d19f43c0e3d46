using System.CommandLine;

using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Remote;

namespace Muster.Cli.Scaling.Assigned;

/// <summary>The options of <c>muster scale</c> with which a server hands the check out.</summary>
internal sealed class AssignedOptions
{
    private const string CloudOption = "--cloud";

    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(5);

    private readonly Option<string?> _group = new("--group-id")
    {
        Description = "Check this group of a server, with the template and level that the server has for it.",
        HelpName = "id",
    };

    private readonly Option<string?> _account = new("--account-id")
    {
        Description = "Check every group that this account has on --cloud at a server.",
        HelpName = "id",
    };

    private readonly DurationOption _timeout = new(
        "--timeout", "How long a server's check may take; 5m unless set.", TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    private readonly AddressOptions _server = new();

    public void AddTo(Command command)
    {
        command.Add(_group);
        command.Add(_account);
        command.Add(_timeout);
        _server.AddTo(command);
    }

    /// <summary>Whether a server hands the check out.</summary>
    public bool AreChosen(ParseResult parse) => IsGiven(parse, _group) || IsGiven(parse, _account);

    /// <exception cref="CliException">Something is given that does not go with it.</exception>
    public void RefuseOthers(ParseResult parse, Command command, params Option[] allowed)
    {
        var chosen = IsGiven(parse, _group) ? _group : _account;
        var mine = new List<Option>([_group, _account, _timeout, .. allowed]);
        var others = command.Options.Where(option =>
            IsGiven(parse, option) && !mine.Contains(option) && option.Name is not ("--addr" or "--token-file" or "--help")
            && !(option.Name == CloudOption && chosen == _account));
        if (IsGiven(parse, _group) && IsGiven(parse, _account))
        {
            throw new CliException(ExitCode.Usage, "--account-id does not go with --group-id: one group, or all of an account on a cloud");
        }

        if (others.FirstOrDefault() is { } other)
        {
            throw new CliException(ExitCode.Usage, $"{other.Name} does not go with {chosen.Name}: the server says what there must be");
        }
    }

    /// <exception cref="CliException">A server's option is given, and no server is asked.</exception>
    public void RefuseOwn(ParseResult parse)
    {
        if (IsGiven(parse, _timeout))
        {
            throw new CliException(ExitCode.Usage, "--timeout goes with --group-id or --account-id");
        }
    }

    private RemoteConnection Connect(ParseResult parse, Terminal terminal)
    {
        var (address, token) = (_server.Address(parse, terminal), _server.Token(parse, terminal));
        try
        {
            return new(address, token, terminal.Time, terminal.Random);
        }
        catch (InputException error)
        {
            throw new InputException([.. error.Errors.Select(wrong => wrong with { Field = _server.SourceOf(parse) })]);
        }
    }

    /// <summary>Runs the check.</summary>
    public async Task<ExitCode> RunAsync(
        ParseResult parse, Terminal terminal, Action<GroupRecord, Core.Reconciling.CheckReport> print, CancellationToken cancellationToken)
    {
        using var connection = Connect(parse, terminal);
        using var stop = new TaskStop(parse.GetValue(_timeout) ?? TimeoutDefault, terminal.Time, cancellationToken);
        var check = new AssignedCheck(connection, terminal, TaskPlace.Of(terminal), print);
        try
        {
            return parse.GetValue(_group) is { } text
                ? await check.RunAsync(new GroupId(Id(_group, text)), stop)
                : await check.RunAsync(new SweepKey(new AccountId(Id(_account, parse.GetValue(_account)!)), Cloud(parse)), stop);
        }
        catch (OperationCanceledException error) when (stop.IsLate)
        {
            throw new CliException(ExitCode.NotReached, "nothing was done: the server did not hand the check out in time", error);
        }
    }

    private static Guid Id(Option option, string text) => Guid.TryParseExact(text, "D", out var id)
        ? id
        : throw new CliException(ExitCode.Usage, $"{option.Name} is '{text}': an id such as 123e4567-e89b-42d3-a456-426614174000");

    private static string Cloud(ParseResult parse) => parse.GetValue<string?>(CloudOption)
        ?? throw new CliException(ExitCode.Usage, "--cloud is missing: the name of the cloud whose groups are checked");

    private static bool IsGiven(ParseResult parse, Option option) => parse.GetResult(option) is { Implicit: false };
}
