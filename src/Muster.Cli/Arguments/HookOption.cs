using System.CommandLine;

using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Life;

namespace Muster.Cli.Arguments;

/// <summary>
/// An option given any number of times, each a hook: <c>bake:launch:10m:continue:https://ci.example/muster</c>. Null when it is not given.
/// </summary>
internal sealed class HookOption : Option<IReadOnlyList<HookInput>?>
{
    private const string Form = "NAME:launch or NAME:terminate, then any of a time, continue or abandon, and a URL or exec:NAME";

    // What may hold colons itself, and so is the last.
    private static readonly string[] Tells = ["http:", "https:", HookRules.Exec];

    public HookOption(string description)
        : base("--hook")
    {
        Description = description;
        HelpName = "name:launch|terminate...";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        CustomParser = result =>
        {
            var hooks = new List<HookInput>();
            foreach (var text in result.Tokens.Select(token => token.Value))
            {
                if (Read(text) is ({ } hook, _))
                {
                    hooks.Add(hook);
                }
                else if (Read(text) is (_, { } wrong))
                {
                    result.AddError($"--hook is '{text}': {wrong}");
                }
            }

            return hooks;
        };
    }

    private static (HookInput? Hook, string? Wrong) Read(string text)
    {
        if (text.Split(':', 3) is not [{ Length: > 0 } name, { Length: > 0 } at, .. var more])
        {
            return (null, Form);
        }

        var hook = new HookInput { Name = name, At = at };
        var rest = more is [var words] ? words : "";
        while (rest.Length > 0)
        {
            if (Tells.Any(start => rest.StartsWith(start, StringComparison.Ordinal)))
            {
                return (hook with { Tell = rest }, null);
            }

            var end = rest.IndexOf(':', StringComparison.Ordinal);
            var word = end < 0 ? rest : rest[..end];
            rest = end < 0 ? "" : rest[(end + 1)..];
            switch (word)
            {
                case "continue" or "abandon" when hook.OnTimeout is null:
                    hook = hook with { OnTimeout = word };
                    break;
                case HookRules.None when hook.Tell is null:
                    hook = hook with { Tell = word };
                    break;
                case var time when hook.TimeoutS is null && DurationText.TryParse(time, out var timeout):
                    hook = hook with { TimeoutS = timeout.TotalSeconds };
                    break;
                default:
                    return (null, $"'{word}' is neither a time nor one of continue and abandon; {Form}");
            }
        }

        return (hook, null);
    }
}
