namespace Muster.Cli.Arguments;

/// <summary>The name of what a command makes.</summary>
internal sealed class NewNameArgument : NameArgument
{
    /// <param name="what">What is made.</param>
    /// <param name="unless">Where the name comes from unless it is given; null where it must be.</param>
    public NewNameArgument(string what, string? unless = null)
        : base(what)
    {
        Named = "";
        Description = $"Name of the {what}: {Core.EntityName.Rule}{(unless is null ? "" : $"; {unless}")}.";
    }
}
