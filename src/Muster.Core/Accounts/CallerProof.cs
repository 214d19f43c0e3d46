namespace Muster.Core.Accounts;

/// <summary>What a caller shows to prove who they are: headers signed by their own SSH key, to be passed on as they came.</summary>
/// <param name="Account">The login of the account.</param>
/// <param name="User">The login of its sub-user whose key it is; null for the account's own.</param>
/// <param name="Date">The header <c>Date</c>.</param>
/// <param name="Authorization">
/// The header <c>Authorization</c>. Never to be kept, logged or shown: who has it can do what the caller can.
/// </param>
public sealed record CallerProof(string Account, string? User, string Date, string Authorization)
{
    /// <summary>Who signs, for logs and trails: <c>LOGIN</c> or <c>LOGIN/USER</c>.</summary>
    public string Author => User is null ? Account : $"{Account}/{User}";

    /// <summary>Who signs; nothing of the proof.</summary>
    public override string ToString() => Author;
}
