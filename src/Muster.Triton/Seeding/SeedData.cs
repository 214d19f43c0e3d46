using System.Collections.Immutable;
using System.Text;

using Muster.Core;
using Muster.Core.Accounts;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Triton.Import;

namespace Muster.Triton.Seeding;

/// <summary>The data with which developers of the original's clients tried them: the same ids, names and capacities.</summary>
public static class SeedData
{
    private const string Author = "tsg seed";

    /// <summary>The id of the account that the original's dev mode acts as.</summary>
    private static readonly AccountId Owner = new(Guid.Parse("6f873d02-172c-418f-8416-4da2b50d5c53"));

    private static readonly (string Template, string Group, int Capacity)[] Rows =
    [
        ("ad74301e-ad62-404a-be44-3b2f24d082ac", "9e075e5d-60d5-4cff-968e-b70db0badc12", 3),
        ("f1ead2a9-92fc-4435-9eb8-9e520bc3e4f9", "77135218-9e49-4ef7-81da-09de9ec580ff", 3),
        ("93a4a267-498c-4911-a463-196eca9a5d99", "95fb339f-8f8d-4184-ac5f-2c57e838136e", 6),
        ("deee2b55-11ef-4ffa-b34d-d1035ae1943b", "9dd64b6a-3d2c-4e92-b280-ef0f6cf49d04", 1),
        ("8b5a6001-8a59-4d85-bc72-1af83015b2c2", "e6e5bc41-204f-4729-8189-ae3ec6385e95", 3),
        ("437c560d-b1a9-4dae-b3b3-6dbabb7d23a7", "1398d5b9-5750-4ed8-af0d-fe328f5d8cd0", 12),
    ];

    /// <summary>
    /// Writes it into the default account, which is made with the original's id unless it is there already. May be repeated.
    /// </summary>
    /// <param name="store">Where to.</param>
    /// <param name="cloud">The cloud that the templates are for.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="cancellationToken">Stops between two writes.</param>
    /// <returns>The account.</returns>
    /// <exception cref="TakeOverException">A template is there already, for another cloud.</exception>
    public static async Task<Account> WriteAsync(IStore store, string cloud, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var account = await store.EnsureAccountAsync(new() { Id = Owner, Name = Account.DefaultName, CreatedAt = now }, cancellationToken);
        foreach (var template in Templates(account.Id, cloud, now))
        {
            if (!await store.AddTemplateAsync(template, cancellationToken)
                && await store.FindTemplateAsync(template.Id, cancellationToken) is { } there
                && there.Cloud != cloud)
            {
                throw new TakeOverException(
                    $"{there.Name} is there already, for the cloud '{there.Cloud}', and not for '{cloud}': templates never change, "
                    + "so seed another store",
                    isConflict: true);
            }
        }

        foreach (var group in Groups(account.Id, now))
        {
            await store.AddGroupAsync(group, Seeded(group), cancellationToken);
        }

        return account;
    }

    private static ImmutableArray<Template> Templates(AccountId owner, string cloud, DateTimeOffset now) =>
    [
        .. Rows.Select((row, i) => new Template
        {
            Id = new(Guid.Parse(row.Template)),
            Account = owner,
            Name = $"test-template-{i + 1}",
            Cloud = cloud,
            Image = "49b22aec-0c8a-11e6-8807-a3eb4db576ba",
            Size = "test-package",
            Networks = ["f7ed95d3-faaf-43ef-9346-15644403b963"],
            UserData = "bash script here",
            CreatedAt = now,
        }),
    ];

    /// <summary>Suspended: there is no package of that name anywhere, so nothing of theirs could be launched.</summary>
    private static ImmutableArray<Group> Groups(AccountId owner, DateTimeOffset now) =>
    [
        .. Rows.Select((row, i) => new Group
        {
            Id = new(Guid.Parse(row.Group)),
            Account = owner,
            Name = $"test-group-{i + 1}",
            Template = new(Guid.Parse(row.Template)),
            Capacity = new() { Desired = row.Capacity, Min = 0, Max = 100 },
            Suspended = Suspension.All,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        }),
    ];

    private static Activity Seeded(Group group) => new()
    {
        Id = new(StableId.From(Encoding.UTF8.GetBytes($"muster tsg seed {group.Id}"))),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Change,
        Status = ActivityStatus.Succeeded,
        Description = $"created suspended, as test data by {Author}",
        Author = Author,
        FirstAt = group.CreatedAt,
        LastAt = group.CreatedAt,
    };
}
