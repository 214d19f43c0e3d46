namespace Muster.Cli.Arguments;

/// <summary>The name of what a command makes.</summary>
internal sealed class NewNameArgument : NameArgument
{
    public NewNameArgument(string what)
        : base(what)
    {
        Named = "";
        Description = $"Name of the {what}: {Core.EntityName.Rule}.";
    }
}
