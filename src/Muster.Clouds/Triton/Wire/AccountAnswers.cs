namespace Muster.Clouds.Triton.Wire;

/// <summary>Who an account is.</summary>
internal sealed record AccountAnswer
{
    public required string Id { get; init; }

    public required string Login { get; init; }
}

/// <summary>A key of an account.</summary>
internal sealed record KeyAnswer
{
    public required string Fingerprint { get; init; }
}

/// <summary>A key to be added.</summary>
internal sealed record KeyBody(string Name, string Key);
