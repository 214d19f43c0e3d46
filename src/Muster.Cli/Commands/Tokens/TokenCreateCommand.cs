using System.CommandLine;

using Muster.Api.Tokens;
using Muster.Cli.Arguments;
using Muster.Cli.Composition.Stores;
using Muster.Cli.Configuration;
using Muster.Cli.Configuration.Files;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;
using Muster.Core.Accounts;
using Muster.Core.Storage;
using Muster.Server.Tokens;

namespace Muster.Cli.Commands.Tokens;

/// <summary><c>muster token create</c></summary>
internal sealed class TokenCreateCommand : MusterCommand
{
    private readonly NewNameArgument _name = new("token");
    private readonly ChoiceOption<Role> _role = new(
        "--role",
        "What its bearer may do: admin includes operate, and that read; task makes level checks elsewhere, and nothing else.",
        Words.Roles)
    {
        Required = true,
    };

    private readonly ChoiceOption<TokenScope> _scope = new(
        "--scope", "What the token reaches: account, the account's own things; installation, also accounts, servers and clouds' calls. "
        + "Unless set, what your own token reaches; with --config, account for every account but the default one.",
        Words.Scopes);

    private readonly DurationOption _expires = new(
        "--expires", "How long the token is valid; 90d unless set.", TokenRules.LifeMin, TokenRules.LifeMax);

    private readonly FileOption _config = new("--config")
    {
        Description = "Create the token in the store that this file names, while no server runs: the way to the first token.",
    };

    private readonly Option<string?> _account = new("--account")
    {
        Description = "With --config: the account that the token belongs to; the default account unless set.",
        HelpName = "name",
    };

    private readonly FileOption _output = new("--output")
    {
        Description = "A new file to write the token to, for its owner alone; standard output unless set.",
    };

    private readonly AddressOptions _server = new();
    private readonly JsonOption _json = new();

    public TokenCreateCommand(Terminal terminal)
        : base(
            terminal, "create", "Make a bearer token and print it, this once. Needs the role admin, or the store itself.",
            "muster token create deploy --role operate --expires 30d --output deploy.token",
            "muster token create admin --role admin --config muster.toml --output admin.token")
    {
        Add(_name);
        Add(_role);
        Add(_scope);
        Add(_expires);
        Add(_config);
        Add(_account);
        Add(_output);
        Validators.Add(result =>
        {
            if (result.GetResult(_account) is not null && result.GetResult(_config) is null)
            {
                result.AddError("--account needs --config: a server creates tokens for the account of the token that asks");
            }
        });
        _server.AddTo(this);
        Add(_json);
    }

    protected override FieldNames Fields(ParseResult parse) =>
        new(("name", "NAME"), ("role", "--role"), ("scope", "--scope"), ("expires_in_s", "--expires"));

    protected override async Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var input = new TokenInput
        {
            Name = parse.GetRequiredValue(_name),
            Role = Words.Roles.Word(parse.GetValue(_role)!.Value),
            Scope = parse.GetValue(_scope) is { } far ? Words.Scopes.Word(far) : null,
            ExpiresInS = (long?)parse.GetValue(_expires)?.TotalSeconds,
        };
        if (parse.GetValue(_output) is not { } file)
        {
            TokenViews.Write(Terminal, await CreateAsync(parse, input, cancellationToken), parse.GetValue(_json));
            return ExitCode.Ok;
        }

        var kept = await TokenFile.KeepAsync(file, () => CreateAsync(parse, input, cancellationToken));
        TokenViews.WriteKept(Terminal, kept, file.ToString(), parse.GetValue(_json));
        return ExitCode.Ok;
    }

    private async Task<TokenCreated> CreateAsync(ParseResult parse, TokenInput input, CancellationToken cancellationToken) =>
        parse.GetValue(_config) is { } file
            ? await CreateInStoreAsync(file.ToString(), parse.GetValue(_account), input, cancellationToken)
            : await CreateAtServerAsync(parse, input, cancellationToken);

    private async Task<TokenCreated> CreateAtServerAsync(ParseResult parse, TokenInput input, CancellationToken cancellationToken)
    {
        using var client = _server.Connect(parse, Terminal);
        return await client.CreateTokenAsync(input, cancellationToken);
    }

    private async Task<TokenCreated> CreateInStoreAsync(
        string path, string? accountName, TokenInput input, CancellationToken cancellationToken)
    {
        var settings = ConfigReader.Read(path, Terminal);
        await using var store = await OpenAsync(settings.Store, cancellationToken);
        var now = Terminal.Time.GetUtcNow();
        var owner = await FindOwnerAsync(store, accountName, now, cancellationToken);
        var (token, secret) = TokenRules.Create(input, new(Terminal.Random.NextId()), owner.Id, TokenRules.ScopeOf(owner), now);
        await store.AddTokenAsync(token, cancellationToken);
        return new()
        {
            Token = secret,
            Details = new()
            {
                Id = token.Id.Value,
                Name = token.Name,
                Role = Words.Roles.Word(token.Role),
                Scope = Words.Scopes.Word(token.Scope),
                CreatedAt = token.CreatedAt,
                ExpiresAt = token.ExpiresAt,
            },
        };
    }

    private async Task<IStore> OpenAsync(StoreConfig settings, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreFactory.OpenAsync(settings, Terminal.Time, Terminal.Random, cancellationToken);
        }
        catch (StoreException error) when (settings.Url is null && error is { Kind: StoreErrorKind.Unusable, InnerException: IOException })
        {
            // Another process has the file, and that is a server as a rule. A store that is newer, damaged or not ours to
            // write says so by itself.
            throw new CliException(
                ExitCode.Error,
                $"{error.Message}; a server that runs makes tokens itself: leave --config out, and show it an admin's token (MUSTER_TOKEN)",
                error);
        }
    }

    /// <summary>
    /// The default account is made when it is first needed; any other must be there, or a slip of the hand would make it.
    /// </summary>
    private async Task<Account> FindOwnerAsync(
        IAccountStore store, string? name, DateTimeOffset now, CancellationToken cancellationToken) =>
        name is null
            ? await store.EnsureAccountAsync(
                new() { Id = new(Terminal.Random.NextId()), Name = Account.DefaultName, CreatedAt = now }, cancellationToken)
            : await store.FindAccountAsync(name, cancellationToken)
                ?? throw new CliException(ExitCode.NotFound, $"there is no account '{name}'");
}
