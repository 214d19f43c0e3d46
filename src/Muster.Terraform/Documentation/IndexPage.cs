namespace Muster.Terraform.Documentation;

/// <summary>What the provider's own page says beside its schema.</summary>
internal static class IndexPage
{
    public const string Notes =
        """
        ## Getting it

        The provider is the `muster` executable itself. `eng/terraform-mirror DIRECTORY` lays it out as Terraform and OpenTofu look for
        providers on a disk, and `~/.terraform.d/plugins` is a place where both look by themselves:

        ```shell
        eng/terraform-mirror ~/.terraform.d/plugins
        ```

        Another directory, shared by many machines, is named in `~/.terraformrc`:

        ```terraform
        provider_installation {
          filesystem_mirror {
            path    = "/srv/terraform"
            include = ["terraform.local/*/*"]
          }
          direct {
            exclude = ["terraform.local/*/*"]
          }
        }
        ```

        A new build of the same version is another program to the lock file: delete `.terraform.lock.hcl` and run `terraform init` again.
        It needs Linux with glibc, or macOS, and the system's OpenSSL 3 or 1.1; Alpine's libc is another one.

        ## What to expect

        - An apply makes and changes templates and groups, and does not wait for instances unless `wait_for_level` says so. Muster brings
          them up, and replaces those that die, without Terraform.
        - A plan shows drift of what was asked for: a capacity that somebody changed, a group or template that somebody archived. An instance
          that died is none, and neither is a level that policies have moved.
        - `status` is how a group was at the last look. An output that shows it changes with every look.
        - A wait that ends in vain is an error, and Terraform marks a new group as tainted for it: `terraform untaint` with its address keeps it.
          A condition of your own marks nothing, and waits for nothing: the apply that makes the group fails too, unless its instances are
          up at once, and a later one succeeds when they are:

          ```terraform
          lifecycle {
            postcondition {
              condition     = self.status.running == self.status.level
              error_message = "The group is not at its level: ${self.status.reason}"
            }
          }
          ```

        ## When something goes wrong

        `TF_LOG_PROVIDER=debug terraform plan` shows each request to the server, without its contents. The first thing that the provider does is
        to say hello: a server that is down or a token that is refused is told once, before anything is planned.

        Ctrl-C ends a wait and leaves what was made in the state. When Terraform itself is killed in the midst of an apply, a group may exist
        that no state knows; the next apply says that its name is taken, and `terraform import` takes it over.

        Tried with Terraform 1.11. Whatever speaks plugin protocol 6 should do: Terraform 1.5 and later, OpenTofu.
        """;
}
