using Muster.Cli.Toml;
using Muster.Core;
using Muster.Core.Life;
using Muster.Server.Telling;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[hooks]</c> and <c>[[hook_command]]</c>: how whoever hooks name is told that an instance waits.</summary>
internal static class HooksReader
{
    public static void Read(TomlFields root, HooksConfig hooks, string directory)
    {
        var fields = root.Table("hooks");
        if (SecretFile.Read(fields, "secret_file", "the secret that signs web hooks", directory) is { } secret)
        {
            hooks.Signature = HookSignature.Read(secret);
            if (hooks.Signature is null)
            {
                fields.Refuse("secret_file", $"a file that holds {HookSignature.Rule}");
            }
        }

        fields.RefuseOthers();
        foreach (var table in root.Tables("hook_command"))
        {
            var name = table.Text("name");
            if (name is null || name.Length > HookRules.TellMax || !EntityName.IsValid(name))
            {
                table.Refuse("name", EntityName.RuleFor(name));
            }
            else if (hooks.Commands.Exists(command => command.Name == name))
            {
                table.Refuse("name", "another name: each once");
            }

            if (ConfigPath.Full(directory, table.Text("program")) is { } program)
            {
                hooks.Commands.Add(new(name ?? "", program, [.. table.Texts("arguments")]));
            }
            else
            {
                table.Refuse("program", "the file of a program");
            }

            table.RefuseOthers();
        }
    }
}
