namespace Muster.EndToEnd.Support;

/// <summary>The real Terraform, which the machine brings.</summary>
internal static class TerraformExe
{
    /// <summary>Where it is. Without one the test is skipped, and fails where nothing may be left untested.</summary>
    public static string Path
    {
        get
        {
            if (TerraformProgram.Find() is { } found)
            {
                return found;
            }

            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "terraform is not on the PATH");
            Assert.Skip("terraform is not on the PATH: https://developer.hashicorp.com/terraform/install");
            return "";
        }
    }
}
