using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Local;

/// <summary>Launch requests of one installation and group, the same in every process of a test.</summary>
internal static class Requests
{
    public static readonly InstallationId Installation = new(new Guid("11111111-1111-4111-8111-111111111111"));

    public static readonly GroupId Group = new(new Guid("22222222-2222-4222-8222-222222222222"));

    private static readonly SystemRandomSource Random = new();

    public static LaunchRequest Make(string image) => Make(Template(image));

    public static LaunchRequest Make(Template template) => Make(new LaunchId(Random.NextId()), template);

    public static LaunchRequest Make(LaunchId launch, string image) => Make(launch, Template(image));

    public static LaunchRequest Make(LaunchId launch, Template template) => new()
    {
        Launch = launch,
        Name = $"test-{launch}",
        Template = template,
        Tags = new Dictionary<string, string>
        {
            [MusterTags.Installation] = Installation.ToString(),
            [MusterTags.Account] = template.Account.ToString(),
            [MusterTags.Group] = Group.ToString(),
            [MusterTags.GroupName] = "web",
            [MusterTags.Template] = template.Id.ToString(),
            [MusterTags.Launch] = launch.ToString(),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    public static Template Template(string image) => new()
    {
        Id = new TemplateId(new Guid("33333333-3333-4333-8333-333333333333")),
        Account = new AccountId(new Guid("44444444-4444-4444-8444-444444444444")),
        Name = "test",
        Cloud = "local",
        Image = image,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
