using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.DigitalOcean.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.DigitalOcean;

/// <summary>Looks at the account of the token: who it is, whether it may launch at all, and how many droplets are left.</summary>
internal sealed class AccountSteps(DigitalOceanApi api)
{
    private const string Identity = "identity", Permissions = "permissions", Quota = "quota";
    private const int MessageLengthMax = 300;

    /// <inheritdoc cref="ISelfDescribingCloud.DescribeAsync"/>
    public async Task<ImmutableArray<CloudStep>> DescribeAsync(CancellationToken cancellationToken)
    {
        var steps = ImmutableArray.CreateBuilder<CloudStep>();
        var account = await TryAsync(Identity, () => AccountAsync(cancellationToken), steps);
        if (account is not null)
        {
            steps.Add(IdentityOf(account));
        }

        var used = await TryAsync(Permissions, () => CountAsync(cancellationToken), steps);
        if (used is not null)
        {
            steps.Add(new(
                Permissions, IsGood: true,
                "the token reads droplets; whether it may make and delete them, only a launch shows: "
                + "droplet:create, droplet:delete, tag:create"));
        }

        if (account is not null && used is not null)
        {
            steps.AddRange(QuotaOf(account, used));
        }

        return steps.ToImmutable();
    }

    /// <summary>How many droplets are left; nothing where the token may not know.</summary>
    public async Task<ImmutableArray<CloudStep>> QuotaAsync(CancellationToken cancellationToken)
    {
        var unread = ImmutableArray.CreateBuilder<CloudStep>();
        var account = await TryAsync(Quota, () => AccountAsync(cancellationToken), unread);
        var used = account is null ? null : await TryAsync(Quota, () => CountAsync(cancellationToken), unread);
        return account is null || used is null ? [] : IsLocked(account) ? [IdentityOf(account)] : QuotaOf(account, used);
    }

    private static bool IsLocked(Account account) => account.Status is "locked";

    private static CloudStep IdentityOf(Account account)
    {
        var who = account.Team?.Name is { Length: > 0 } team ? $"{account.Email} in the team {team}" : account.Email;
        var why = string.IsNullOrWhiteSpace(account.StatusMessage)
            ? ""
            : $": {ForeignText.Shown(account.StatusMessage.Trim(), MessageLengthMax)}";
        return account.Status switch
        {
            "locked" => new(
                Identity, IsGood: false,
                $"{who}: the account is locked{why}. Nothing can be launched until DigitalOcean unlocks it: sign in to the control panel, "
                + "and settle what it asks for or open a ticket"),
            "warning" => new(Identity, IsGood: true, $"{who}; DigitalOcean warns{why}. Settle it before the account is locked"),
            _ => new(Identity, IsGood: true, who ?? "an account"),
        };
    }

    private static ImmutableArray<CloudStep> QuotaOf(Account account, string used)
    {
        if (account.DropletLimit is not { } limit)
        {
            return [];
        }

        var left = limit - long.Parse(used, CultureInfo.InvariantCulture);
        var message = string.Create(CultureInfo.InvariantCulture, $"{used} of {limit} droplets used, {Math.Max(0, left)} left");
        return [new(Quota, left > 0, left > 0 ? message : $"{message}: delete some, or ask DigitalOcean for a higher limit")];
    }

    private async Task<Account> AccountAsync(CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("look up the account", "/v2/account", "account:read", cancellationToken);
        return answer.Read(AccountAnswer.Of).Account
            ?? throw new CloudException(CloudErrorKind.Unavailable, "look up the account: there is none in the answer");
    }

    /// <summary>The account's droplets, whoever's.</summary>
    private async Task<string> CountAsync(CancellationToken cancellationToken)
    {
        var answer = await api.GetAsync("count droplets", "/v2/droplets?per_page=1&page=1", "droplet:read", cancellationToken);
        return answer.Read(ListFrame.Of).Meta?.Total?.ToString(CultureInfo.InvariantCulture)
            ?? throw new CloudException(CloudErrorKind.Unavailable, "count droplets: there is no count in the answer");
    }

    /// <summary>A look that the token may not be allowed: that is a step that is bad, and the others are looked at all the same.</summary>
    private static async Task<T?> TryAsync<T>(string step, Func<Task<T>> look, ImmutableArray<CloudStep>.Builder steps) where T : class
    {
        try
        {
            return await look();
        }
        catch (CloudException error) when (error.Kind is CloudErrorKind.Unauthorized)
        {
            CallPace.Survived(error);
            steps.Add(new(step, IsGood: false, error.Message));
            return null;
        }
    }
}
