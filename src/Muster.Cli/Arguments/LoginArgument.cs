using System.CommandLine;

using Muster.Core.Accounts;

namespace Muster.Cli.Arguments;

/// <summary>The login of an account at its cloud.</summary>
internal sealed class LoginArgument : Argument<string>, IOffersNames
{
    public LoginArgument()
        : base("NAME")
    {
        Description = "Login of the account.";
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!Account.IsLogin(text))
            {
                result.AddError($"NAME is '{text}': {Account.LoginRule}");
            }

            return text;
        };
    }

    /// <inheritdoc/>
    public string Named => "account";
}
