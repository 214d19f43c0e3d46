using Muster.Core.Accounts;

namespace Muster.Records;

/// <summary>The form of a <see cref="SealedSecret"/>.</summary>
public sealed record SecretForm(string Scheme, string Data) : IForm<SecretForm, SealedSecret>
{
    /// <inheritdoc/>
    public static SecretForm Of(SealedSecret value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value.Scheme, value.Data);
    }

    /// <inheritdoc/>
    public SealedSecret ToValue() => new(Scheme, Data);

    /// <summary>Hides what is sealed, as the secret itself does.</summary>
    public override string ToString() => ToValue().ToString();
}
