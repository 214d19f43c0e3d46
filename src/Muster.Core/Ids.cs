namespace Muster.Core;

/// <summary>An id of its own type, so that a launch id can never be passed where a group id belongs.</summary>
public interface IId<TSelf> where TSelf : struct, IId<TSelf>
{
    /// <summary>The bare value, as it is stored and tagged.</summary>
    Guid Value { get; }

    /// <summary>Wraps a value read from a store, a tag or a URL.</summary>
    static abstract TSelf From(Guid value);
}

/// <summary>Who owns templates and groups.</summary>
public readonly record struct AccountId(Guid Value) : IId<AccountId>
{
    /// <inheritdoc/>
    public static AccountId From(Guid value) => new(value);

    /// <summary>The bare value, for logs and tags.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One immutable template.</summary>
public readonly record struct TemplateId(Guid Value) : IId<TemplateId>
{
    /// <inheritdoc/>
    public static TemplateId From(Guid value) => new(value);

    /// <summary>The bare value, for logs and tags.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One group; survives every rename and change of template.</summary>
public readonly record struct GroupId(Guid Value) : IId<GroupId>
{
    /// <inheritdoc/>
    public static GroupId From(Guid value) => new(value);

    /// <summary>The bare value, for logs and tags.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One intent to create one instance; travels with the call as tag and client token.</summary>
public readonly record struct LaunchId(Guid Value) : IId<LaunchId>
{
    /// <inheritdoc/>
    public static LaunchId From(Guid value) => new(value);

    /// <summary>The bare value, for logs and tags.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One entry of the audit trail.</summary>
public readonly record struct ActivityId(Guid Value) : IId<ActivityId>
{
    /// <inheritdoc/>
    public static ActivityId From(Guid value) => new(value);

    /// <summary>The bare value, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One bearer token; says which, never the secret.</summary>
public readonly record struct TokenId(Guid Value) : IId<TokenId>
{
    /// <inheritdoc/>
    public static TokenId From(Guid value) => new(value);

    /// <summary>The bare value, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One person of an account.</summary>
public readonly record struct UserId(Guid Value) : IId<UserId>
{
    /// <inheritdoc/>
    public static UserId From(Guid value) => new(value);

    /// <summary>The bare value, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>One credential of an account; says which, never the secret.</summary>
public readonly record struct CredentialId(Guid Value) : IId<CredentialId>
{
    /// <inheritdoc/>
    public static CredentialId From(Guid value) => new(value);

    /// <summary>The bare value, for logs.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>This installation of Muster, made once with its store. Instances of another installation are foreign.</summary>
public readonly record struct InstallationId(Guid Value) : IId<InstallationId>
{
    /// <inheritdoc/>
    public static InstallationId From(Guid value) => new(value);

    /// <summary>The bare value, for logs and tags.</summary>
    public override string ToString() => Value.ToString();
}

/// <summary>What a cloud calls an instance; its own text, opaque to Muster.</summary>
public readonly record struct InstanceId(string Value) : IComparable<InstanceId>
{
    /// <summary>Ordinal, so that every sort can end in a tie-break by id.</summary>
    public int CompareTo(InstanceId other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>The bare value, for logs.</summary>
    public override string ToString() => Value;
}
