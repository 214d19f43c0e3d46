using System.Collections.Immutable;
using System.Globalization;

using Muster.Api.Tokens;
using Muster.Core;
using Muster.Core.Accounts;
using Muster.Server.Authentication;

namespace Muster.Server.Tokens;

/// <summary>What a token must be; the same for one made over HTTP and for the first one, made beside the store.</summary>
public static class TokenRules
{
    /// <summary>How long a token lives unless asked otherwise.</summary>
    public static readonly TimeSpan LifeDefault = TimeSpan.FromDays(90);

    /// <summary>Shortest life.</summary>
    public static readonly TimeSpan LifeMin = TimeSpan.FromMinutes(1);

    /// <summary>Longest life: a year and a day, so that a yearly change is never late.</summary>
    public static readonly TimeSpan LifeMax = TimeSpan.FromDays(366);

    /// <summary>A new token and its secret, which is in no other place: show it once, keep the token.</summary>
    /// <exception cref="InputException">Name, role or life is wrong; names every wrong field.</exception>
    /// <param name="input">As asked for.</param>
    /// <param name="id">Its id.</param>
    /// <param name="account">Whose it will be.</param>
    /// <param name="scopeMax">
    /// How far it may reach: as far as the one who makes it, which is also what it is unless the input says otherwise.
    /// </param>
    /// <param name="now">When it is made.</param>
    public static (Token Token, string Secret) Create(
        TokenInput input, TokenId id, AccountId account, TokenScope scopeMax, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(input);
        var errors = ImmutableArray.CreateBuilder<InputError>();
        CheckName(input.Name, errors);
        var role = Read(input.Role, errors);
        var scope = ReadScope(input.Scope, scopeMax, errors);
        var life = input.ExpiresInS ?? (long)LifeDefault.TotalSeconds;
        if (life < LifeMin.TotalSeconds || life > LifeMax.TotalSeconds)
        {
            errors.Add(new("expires_in_s", life.ToString(CultureInfo.InvariantCulture), FormattableString.Invariant(
                $"{LifeMin.TotalSeconds} to {LifeMax.TotalSeconds} seconds")));
        }

        InputException.ThrowIfAny(errors);
        var secret = TokenSecret.Create();
        var token = new Token
        {
            Id = id,
            Account = account,
            Name = input.Name!,
            Role = role,
            Scope = scope,
            SecretHash = TokenSecret.HashOf(secret) ?? throw new InvalidOperationException("a secret that is none"),
            CreatedAt = now,
            ExpiresAt = now.AddSeconds(life),
        };
        return (token, secret);
    }

    private static void CheckName(string? name, ImmutableArray<InputError>.Builder errors)
    {
        if (!EntityName.IsValid(name))
        {
            errors.Add(new("name", string.IsNullOrEmpty(name) ? null : name, EntityName.RuleFor(name)));
        }
        else if (name is "muster" or Caller.DevAuthor)
        {
            // The name is the author in the audit trail, where these two mean the engine and the server without authentication.
            errors.Add(new("name", name, $"any other name: muster and {Caller.DevAuthor} are authors of their own"));
        }
    }

    /// <summary>
    /// How far tokens of an account reach unless asked otherwise: the installation's own account speaks for the installation.
    /// </summary>
    public static TokenScope ScopeOf(Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Name == Account.DefaultName ? TokenScope.Installation : TokenScope.Account;
    }

    private static TokenScope ReadScope(string? word, TokenScope max, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case null:
                return max;
            case "account":
                return TokenScope.Account;
            case "installation" when max is TokenScope.Installation:
                return TokenScope.Installation;
            case "installation":
                errors.Add(new("scope", word, "account; only a token of scope installation can make one of scope installation"));
                return TokenScope.Account;
            default:
                errors.Add(new("scope", word, "account or installation"));
                return TokenScope.Account;
        }
    }

    private static Role Read(string? word, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case "task":
                return Role.Task;
            case "read":
                return Role.Read;
            case "operate":
                return Role.Operate;
            case "admin":
                return Role.Admin;
            default:
                errors.Add(new("role", word, "task, read, operate or admin"));
                return Role.Read;
        }
    }
}
