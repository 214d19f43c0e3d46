using System.Text;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Kit.Launching;

/// <summary>How a cloud takes user data.</summary>
/// <param name="BytesMax">The most that it takes, in bytes of UTF-8 before any encoding.</param>
/// <param name="IsBase64">Whether it takes them as base64 (RFC 4648 §4), and not as they are.</param>
internal sealed record UserDataForm(int BytesMax, bool IsBase64 = false)
{
    /// <summary>Refuses user data that are too large; they are never shown, since they often hold secrets.</summary>
    public void Check(TemplateReader template)
    {
        if (template.Template.UserData is { } text && Encoding.UTF8.GetByteCount(text) is var bytes && bytes > BytesMax)
        {
            template.RefuseField("user_data", $"{bytes} bytes", $"at most {BytesMax} bytes as UTF-8");
        }
    }

    /// <summary>The text to send.</summary>
    public string Encode(string text) => IsBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) : text;
}
