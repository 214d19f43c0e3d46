using System.Collections.Immutable;

using Microsoft.AspNetCore.Http.HttpResults;

using Muster.Api;
using Muster.Api.Accounts;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Groups;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.OpenApi;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Accounts;

/// <summary>
/// The accounts, over HTTP: what their groups may cost, whose callers are let in with keys of their own, and when a service key is to be
/// replaced.
/// </summary>
internal sealed partial class AccountEndpoints(
    IAccountStore store, IPrices prices, TimeProvider timeProvider, IRandomSource random, ILogger<AccountEndpoints> logger)
{
    public void Map(IEndpointRouteBuilder api)
    {
        var accounts = api.MapGroup("/accounts").WithTags("Accounts");
        accounts.MapGet("/", ListAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says("ListAccounts", "List the accounts", "By name, the allowed, the denied and those that nobody listed.").Fails(403);
        accounts.MapPost("/{name}/allow", AllowAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says("AllowAccount", "Let an account in",
                "Puts it on the whitelist of /v1/tsg. If the cloud's account of that name became another one, the next caller's is taken.")
            .Fails(400, 403, 404);
        accounts.MapPost("/{name}/deny", DenyAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says(
                "DenyAccount",
                "Keep an account out",
                "Its requests are refused from now on, whitelist or not. Its groups are kept as they are.")
            .Fails(400, 403, 404);
        accounts.MapPatch("/{name}", UpdateAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says("UpdateAccount", "Limit what an account's groups may cost",
                "Launches that would pass the limit are held back, exactly, whoever makes them. Nothing ends because of it.")
            .Takes<AccountUpdate>().Fails(400, 403, 404, 413, 415);
        accounts.MapPost("/{name}/rotate-key", RotateKeyAsync).Requires(Role.Admin, TokenScope.Installation)
            .Says("RotateAccountKey", "Order a new service key for an account",
                "The next request that the account signs makes it, with its own rights, and removes the old one. "
                + "Also the way back for an account that removed the key.")
            .Fails(400, 403, 404);
    }

    private async Task<Ok<PageView<AccountView>>> ListAsync(CancellationToken cancellationToken)
    {
        var accounts = await store.ListAccountsAsync(cancellationToken);
        var spends = await store.SumSpendAsync(cancellationToken);
        return TypedResults.Ok(new PageView<AccountView> { Items = [.. accounts.Select(account => View(account, spends))] });
    }

    // An empty id at the cloud is none: whoever has the name now is taken for it.
    private Task<Ok<AccountView>> AllowAsync(HttpContext http, string name, CancellationToken cancellationToken) =>
        ListAsAsync(http, name, new() { Access = AccountAccess.Allowed, CloudId = "" }, cancellationToken);

    private Task<Ok<AccountView>> DenyAsync(HttpContext http, string name, CancellationToken cancellationToken) =>
        ListAsAsync(http, name, new() { Access = AccountAccess.Denied }, cancellationToken);

    private async Task<Ok<AccountView>> RotateKeyAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        EnsureLogin(name);
        var account = await store.FindAccountAsync(name, cancellationToken)
            ?? throw new ProblemException(ProblemKinds.AccountNotFound, $"there is no account '{name}'");
        var changed = await store.ChangeAccountAsync(account.Id, new() { KeyOrderedAt = timeProvider.GetUtcNow() }, cancellationToken);
        LogOrdered(name, http.Caller().Author);
        return TypedResults.Ok(await ViewAsync(changed, cancellationToken));
    }

    private async Task<Ok<AccountView>> ListAsAsync(HttpContext http, string name, AccountEdit edit, CancellationToken cancellationToken)
    {
        EnsureLogin(name);
        var account = await store.EnsureAccountAsync(
            new() { Id = new(random.NextId()), Name = name, CreatedAt = timeProvider.GetUtcNow() }, cancellationToken);
        var changed = await store.ChangeAccountAsync(account.Id, edit, cancellationToken);
        LogListed(name, changed.Access, http.Caller().Author);
        return TypedResults.Ok(await ViewAsync(changed, cancellationToken));
    }

    private async Task<Ok<AccountView>> UpdateAsync(HttpContext http, string name, CancellationToken cancellationToken)
    {
        var update = await JsonBody.ReadAsync(http.Request, ApiJson.Default.AccountUpdate, cancellationToken);
        if (update == new AccountUpdate())
        {
            throw new InputException("body", null, "spend_per_hour_max");
        }

        var account = await store.FindAccountAsync(name, cancellationToken)
            ?? throw new ProblemException(ProblemKinds.AccountNotFound, $"there is no account '{name}'");
        var errors = ImmutableArray.CreateBuilder<InputError>();
        const string Field = "spend_per_hour_max";
        var limit = GroupRules.SpendLimit(Field, update.SpendPerHourMax, account.SpendPerHourMax, errors);
        if (update.SpendPerHourMax is > 0 and var asked && errors.Count == 0)
        {
            EnsureRoom(Field, asked, errors);
        }

        InputException.ThrowIfAny(errors);
        var changed = await store.ChangeAccountAsync(
            account.Id, new() { SpendPerHourMax = update.SpendPerHourMax }, CancellationToken.None);
        LogLimited(name, limit is { } max ? Money.Text(max) : "off", http.Caller().Author);
        return TypedResults.Ok(await ViewAsync(changed, cancellationToken));
    }

    /// <summary>Below the lowest price there is, nothing could ever be launched.</summary>
    private void EnsureRoom(string field, decimal limit, ImmutableArray<InputError>.Builder errors)
    {
        var book = prices.Current;
        if (book.IsEmpty)
        {
            errors.Add(new(field, Money.Text(limit), "none, since no price is known"));
            return;
        }

        var lowest = book.Said.Concat(book.Told).MinBy(price => price.Amount)!;
        if (limit < lowest.Amount)
        {
            errors.Add(new(
                field, Money.Text(limit), $"at least {Money.AnHour(lowest.Amount, lowest.Currency)}, the lowest price: of {lowest.Scope}"));
        }
    }

    private static void EnsureLogin(string name)
    {
        if (!Account.IsLogin(name))
        {
            throw new InputException("name", name, Account.LoginRule);
        }

        if (name == Account.DefaultName)
        {
            throw new ProblemException(
                ProblemKinds.AccountNotFound, $"'{name}' is the installation's own account, for bearers of tokens: nobody signs as it");
        }
    }

    private async Task<AccountView> ViewAsync(Account account, CancellationToken cancellationToken) =>
        View(account, await store.SumSpendAsync(cancellationToken));

    private AccountView View(Account account, ImmutableDictionary<AccountId, decimal> spends) => new()
    {
        Id = account.Id.Value,
        Name = account.Name,
        Access = Word(account.Access),
        CloudId = string.IsNullOrEmpty(account.CloudId) ? null : account.CloudId,
        KeyOrderedAt = account.KeyOrderedAt,
        SpendPerHourMax = account.SpendPerHourMax,
        SpendPerHour = prices.Current.IsEmpty ? null : spends.GetValueOrDefault(account.Id),
        Currency = prices.Current.Currency,
        CreatedAt = account.CreatedAt,
    };

    private static string Word(AccountAccess access) => access switch
    {
        AccountAccess.Unlisted => "unlisted",
        AccountAccess.Allowed => "allowed",
        AccountAccess.Denied => "denied",
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, null),
    };

    [LoggerMessage(1331, LogLevel.Information, "Account {Account} is {Access} now, by {Author}")]
    private partial void LogListed(string account, AccountAccess access, string author);

    [LoggerMessage(1333, LogLevel.Information, "The groups of account {Account} may cost {Limit} an hour now, by {Author}")]
    private partial void LogLimited(string account, string limit, string author);

    [LoggerMessage(1332, LogLevel.Information, "A new service key of account {Account} is ordered by {Author}")]
    private partial void LogOrdered(string account, string author);
}
