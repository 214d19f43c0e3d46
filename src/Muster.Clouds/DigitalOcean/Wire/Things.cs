using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.DigitalOcean.Wire;

/// <summary>An image, as far as Muster reads it.</summary>
internal sealed record Image
{
    public long Id { get; init; }

    public string? Name { get; init; }

    public string? Distribution { get; init; }

    /// <summary>By which everybody may name it; null of an account's own.</summary>
    public string? Slug { get; init; }

    /// <summary><c>base</c>, <c>snapshot</c>, <c>backup</c>, <c>custom</c> or <c>admin</c>.</summary>
    public string? Type { get; init; }

    public string?[]? Regions { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How large a droplet's disk must be, in GB.</summary>
    public long? MinDiskSize { get; init; }

    /// <summary>Of an image that somebody imported: only an <c>available</c> one can be launched.</summary>
    public string? Status { get; init; }

    public static Image Of(JsonFields of) => new()
    {
        Id = of.Number("id") ?? default,
        Name = of.Text("name"),
        Distribution = of.Text("distribution"),
        Slug = of.Text("slug"),
        Type = of.Text("type"),
        Regions = of.Texts("regions"),
        CreatedAt = of.Time("created_at"),
        MinDiskSize = of.Number("min_disk_size"),
        Status = of.Text("status"),
    };
}

/// <summary>A region.</summary>
internal sealed record Region(string? Slug, bool? Available)
{
    public static Region Of(JsonFields of) => new(of.Text("slug"), of.Flag("available"));
}

/// <summary>A size: how big a droplet is, what it costs, and where it is to be had now.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="Available">Whether there is any at all now.</param>
/// <param name="Regions">Where there is one now.</param>
/// <param name="PriceHourly">US dollars.</param>
/// <param name="Disk">GB.</param>
/// <param name="Memory">MiB.</param>
/// <param name="Vcpus">Processors.</param>
internal sealed record Size(
    string? Slug, bool? Available, string?[]? Regions, decimal? PriceHourly, long? Disk, long? Memory, int? Vcpus)
{
    public static Size Of(JsonFields of) => new(
        of.Text("slug"), of.Flag("available"), of.Texts("regions"), of.Amount("price_hourly"), of.Number("disk"), of.Number("memory"),
        of.Small("vcpus"));
}

/// <summary>A private network.</summary>
internal sealed record Vpc(string? Id, string? Name, string? Region)
{
    public static Vpc Of(JsonFields of) => new(of.Text("id"), of.Text("name"), of.Text("region"));
}

/// <summary>A public key of the account.</summary>
internal sealed record SshKey(long Id, string? Name)
{
    public static SshKey Of(JsonFields of) => new(of.Number("id") ?? default, of.Text("name"));
}

/// <summary>The account of a token.</summary>
internal sealed record Account(
    string? Email, string? Status, string? StatusMessage, long? DropletLimit, Team? Team)
{
    public static Account Of(JsonFields of) => new(
        of.Text("email"), of.Text("status"), of.Text("status_message"), of.Number("droplet_limit"), of.Object("team", Team.Of));
}

/// <summary>The team whose the account's droplets are.</summary>
internal sealed record Team(string? Name)
{
    public static Team Of(JsonFields of) => new(of.Text("name"));
}
