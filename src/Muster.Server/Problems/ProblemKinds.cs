using System.Collections.Immutable;

namespace Muster.Server.Problems;

/// <summary>Every kind of problem that the API answers with. The page <c>docs/api/errors.md</c> is made from this list.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind InvalidInput = new(
        "invalid_input", 400, "Invalid input",
        "`errors` names every wrong field, what was given and what is allowed. Nothing was changed. Correct them and repeat.");

    public static readonly ProblemKind MalformedJson = new(
        "malformed_json", 400, "Malformed JSON",
        "The body is not JSON; `detail` says at which line and byte. Nothing was changed.");

    public static readonly ProblemKind UnknownField = new(
        "unknown_field", 400, "Unknown field",
        "`errors` names every unknown field, and the known ones. "
        + "Nothing was changed: a mistyped field would otherwise be ignored without a word.");

    public static readonly ProblemKind MalformedHeader = new(
        "malformed_header", 400, "Malformed header",
        "`errors` names the header and what is allowed.");

    public static readonly ProblemKind MalformedRequest = new(
        "malformed_request", 400, "Malformed request",
        "The request breaks HTTP, or its body broke off. `detail` says how.");

    public static readonly ProblemKind UnknownCloud = new(
        "unknown_cloud", 400, "Unknown cloud",
        "The template names a cloud that is not configured; `errors` lists those that are. Operator: clouds are configured at the server.");

    public static readonly ProblemKind UnknownTemplate = new(
        "unknown_template", 400, "Unknown template",
        "The group names a template that the account does not have. Create it, or list those there are.");

    public static readonly ProblemKind ArchivedTemplate = new(
        "archived_template", 400, "Archived template",
        "The group names a template that is archived: it starts no new group. Create another one; the name is free again.");

    public static readonly ProblemKind TemplateRefused = new(
        "template_refused", 400, "Template refused by its cloud",
        "The cloud does not have what the template asks for; `errors` says what is wrong. `?check=false` keeps it all the same.");

    public static readonly ProblemKind Unauthenticated = new(
        "unauthenticated", 401, "Not authenticated",
        "Send `Authorization: Bearer mst_...` with a token of this installation (`muster token create`).");

    public static readonly ProblemKind TokenExpired = new(
        "token_expired", 401, "Token expired",
        "The token was good once. Create another one.");

    public static readonly ProblemKind TokenRevoked = new(
        "token_revoked", 401, "Token revoked",
        "The token was revoked by an admin of its account.");

    public static readonly ProblemKind Forbidden = new(
        "forbidden", 403, "Not allowed",
        "The token's role is too low for this; `detail` names the one needed.");

    public static readonly ProblemKind Readable = new(
        "readable", 403, "Would be readable on the way",
        "What opens a cloud is only handed out over https, or on the server's own machine.");

    public static readonly ProblemKind ForeignHost = new(
        "foreign_host", 403, "Foreign host name",
        "`muster dev` answers only to loopback host names, so that no web page can reach it through a name of its own. "
        + "Use 127.0.0.1 or localhost, or run `muster server` with tokens.");

    public static readonly ProblemKind ForeignSite = new(
        "foreign_site", 403, "Request from a web page",
        "`muster dev` needs no authentication, and so refuses what a web page of another origin sends. "
        + "Use the CLI, or run `muster server` with tokens.");

    public static readonly ProblemKind UnknownPath = new(
        "unknown_path", 404, "Unknown path",
        "There is nothing at this path; `/openapi/v1.json` lists what there is.");

    public static readonly ProblemKind PolicyNotFound = new(
        "policy_not_found", 404, "No such policy",
        "The group has no policy of that name; `detail` names those that it has.");

    public static readonly ProblemKind ReceiverNotFound = new(
        "receiver_not_found", 404, "No such receiver",
        "No receiver has this address, or the secret in it is not its own. Nothing says which, so that nobody can guess.");

    public static readonly ProblemKind TemplateNotFound = new(
        "template_not_found", 404, "No such template",
        "No template of the account has that id, and no living one that name. `muster template list` shows those there are.");

    public static readonly ProblemKind AccountNotFound = new(
        "account_not_found", 404, "No such account",
        "There is no account of that name: it was never allowed, and none of its callers came. "
        + "`muster account list` shows those there are.");

    public static readonly ProblemKind GroupNotFound = new(
        "group_not_found", 404, "No such group",
        "No group of the account has that id, and no living one that name. `muster group list` shows those there are.");

    public static readonly ProblemKind InstanceNotFound = new(
        "instance_not_found", 404, "No such instance",
        "No living group of the account has an instance of that id or name. Nothing says whether somebody else has one. "
        + "`muster instance list` shows those there are.");

    public static readonly ProblemKind HookNotFound = new(
        "hook_not_found", 404, "No such hook",
        "The instance's group has no hook of that name; `detail` names those that it has.");

    public static readonly ProblemKind CloudNotFound = new(
        "cloud_not_found", 404, "No such cloud",
        "No cloud of that name is configured; `detail` lists those that are.");

    public static readonly ProblemKind LeftoverNotFound = new(
        "leftover_not_found", 404, "Nothing of that kind and id is left over",
        "It is gone, or it belongs to an instance by now. `muster cloud leftovers` lists what there is.");

    public static readonly ProblemKind MachineNotFound = new(
        "machine_not_found", 404, "No such machine",
        "The cloud has no machine of that id, or the credential may not see it.");

    public static readonly ProblemKind TokenNotFound = new(
        "token_not_found", 404, "No such token",
        "No token of the account has that id, and no living one that name. `muster token list` shows those there are.");

    public static readonly ProblemKind MethodNotAllowed = new(
        "method_not_allowed", 405, "Method not allowed",
        "The path exists and does not take this method; the `Allow` header lists those it takes.");

    public static readonly ProblemKind AmbiguousId = new(
        "ambiguous_id", 409, "Start of several ids",
        "Several things have an id that starts like that; `detail` names some. Give more of the id, or the name.");

    public static readonly ProblemKind DuplicateName = new(
        "duplicate_name", 409, "Name taken",
        "A living template, group or token of the account has the name. Choose another one, or archive that one first.");

    public static readonly ProblemKind TemplateInUse = new(
        "template_in_use", 409, "Template in use",
        "A living group uses the template. Move the group to another one, or delete it first.");

    public static readonly ProblemKind GroupDraining = new(
        "group_draining", 409, "Group is being deleted",
        "The group was deleted, and its instances are being terminated. "
        + "It can only be suspended, resumed, or deleted with `?instances=keep`.");

    public static readonly ProblemKind GroupArchived = new(
        "group_archived", 409, "Group is archived",
        "The group is gone but for its history. Create another one; the name is free again.");

    public static readonly ProblemKind LeaseLost = new(
        "lease_lost", 409, "Lease lost",
        "To a level check that runs elsewhere: somebody else checks the group now. Nothing was written. It ends.");

    public static readonly ProblemKind Paused = new(
        "paused", 409, "The installation is paused",
        "To a level check that runs elsewhere: nothing is launched or terminated now. It tells what it leaves undone, and ends. "
        + "Operator: `muster status` says why; `muster resume --all` ends it.");

    public static readonly ProblemKind NoTasks = new(
        "no_tasks", 409, "No checks elsewhere",
        "The server makes its level checks itself. Operator: `[nomad] task` in its configuration.");

    public static readonly ProblemKind Conflict = new(
        "conflict", 409, "Changed by others meanwhile",
        "Others changed the group again and again while this change was tried. Nothing was changed by it. Repeat.");

    public static readonly ProblemKind InstanceProtected = new(
        "instance_protected", 409, "Instance is protected",
        "Somebody wants the instance to stay: unprotect it first, or lift the protection at its cloud; `detail` says which.");

    public static readonly ProblemKind InstanceRefused = new(
        "instance_refused", 409, "Not with this instance now",
        "The instance, or its group, is not in a state for that; `detail` says why, and what to do instead.");

    public static readonly ProblemKind HookNotWaiting = new(
        "hook_not_waiting", 409, "Nothing waits for this answer",
        "The hook does not hold the instance now, its time is over, or it was answered otherwise before; `detail` says which. "
        + "`muster instance show` shows what an instance waits for.");

    public static readonly ProblemKind CloudCannot = new(
        "cloud_cannot", 409, "Not a thing of this cloud",
        "Clouds of this kind cannot do that; `muster cloud kinds --json` says what each kind can do.");

    public static readonly ProblemKind LeftoverYoung = new(
        "leftover_young", 409, "May still be in use",
        "A launch may be on its way to it. Nothing was removed. `detail` says when to ask again.");

    public static readonly ProblemKind StaleVersion = new(
        "stale_version", 412, "Stale version",
        "The group is not at the version that `If-Match` names. Read it again, decide again, repeat with the new `ETag`.");

    public static readonly ProblemKind BodyTooLarge = new(
        "body_too_large", 413, "Body too large",
        "The body is larger than the server takes; `detail` says how large it may be.");

    public static readonly ProblemKind UnsupportedMediaType = new(
        "unsupported_media_type", 415, "Unsupported media type",
        "Send the body as `Content-Type: application/json`, in UTF-8, uncompressed.");

    public static readonly ProblemKind IdempotencyKeyReused = new(
        "idempotency_key_reused", 422, "Idempotency key reused",
        "Something else was made with this `Idempotency-Key` before. Use a fresh key for each thing to make.");

    public static readonly ProblemKind Internal = new(
        "internal", 500, "Internal error",
        "A bug. It may or may not have happened. Operator: the log has the stack trace under the id in `instance`; please report it.");

    public static readonly ProblemKind StoreUnusable = new(
        "store_unusable", 500, "Store unusable",
        "Operator: the store is damaged, of a newer version, or not writable; `detail` and the log say which. Nothing was changed.");

    public static readonly ProblemKind CloudUnavailable = new(
        "cloud_unavailable", 502, "Cloud unavailable",
        "The cloud cannot be reached or is broken. Muster goes on trying by itself where it keeps a group.");

    public static readonly ProblemKind CloudUnauthorized = new(
        "cloud_unauthorized", 502, "Cloud refuses the credential",
        "Operator: the cloud's credential is wrong, expired, or lacks a right. Only a person can mend it.");

    public static readonly ProblemKind CloudRefused = new(
        "cloud_refused", 502, "Cloud refused",
        "The cloud refused the call; `detail` has its words.");

    public static readonly ProblemKind CloudListingCutShort = new(
        "cloud_listing_cut_short", 502, "Cloud listing cut short",
        "The cloud's listing broke off, and half a list would be a lie. Repeat.");

    public static readonly ProblemKind CloudThrottled = new(
        "cloud_throttled", 503, "Cloud is throttling",
        "The cloud asked to be left alone for a while; `Retry-After` says how long.");

    public static readonly ProblemKind StoreAmbiguous = new(
        "store_ambiguous", 503, "Outcome unknown",
        "The connection to the store broke while the change was on its way: it may or may not have been made. Look, or repeat after "
        + "`Retry-After`: with an `If-Match` or an `Idempotency-Key` a repeat does no harm.");

    public static readonly ProblemKind StoreUnavailable = new(
        "store_unavailable", 503, "Store unavailable",
        "The store cannot be reached or is too busy. Nothing was changed. Repeat after `Retry-After`.");

    public static readonly ProblemKind IdentityUnavailable = new(
        "identity_unavailable", 503, "Identity cannot be checked",
        "The service that signed the caller's identity does not answer now. Repeat after `Retry-After`.");

    public static readonly ProblemKind PricesUnknown = new(
        "prices_unknown", 503, "Prices not known yet",
        "The server has just started, and not every cloud has told it what instances cost. Nothing was changed. "
        + "Repeat after `Retry-After`.");

    public static readonly ProblemKind TooManyStreams = new(
        "too_many_streams", 503, "Too many followers",
        "The server carries no further stream of events now. Repeat after `Retry-After`. Operator: `event_streams_max`.");

    public static readonly ProblemKind Stopping = new(
        "stopping", 503, "Server is stopping",
        "The server stopped while it worked on this: it may or may not have happened. Look again once it is back.");

    public static readonly ProblemKind StoreFull = new(
        "store_full", 507, "Store full",
        "Operator: the disk under the store is full. Nothing was changed. Make room; nothing else is needed.");

    /// <summary>All of them, by status, then code.</summary>
    public static ImmutableArray<ProblemKind> All { get; } =
    [
        .. new[]
        {
            InvalidInput, MalformedJson, UnknownField, MalformedHeader, MalformedRequest, UnknownCloud, UnknownTemplate, ArchivedTemplate,
            TemplateRefused, Unauthenticated, TokenExpired, TokenRevoked, Forbidden, Readable, ForeignHost, ForeignSite, UnknownPath,
            AccountNotFound, TemplateNotFound, GroupNotFound, PolicyNotFound, ReceiverNotFound, CloudNotFound, TokenNotFound,
            InstanceNotFound, InstanceProtected, InstanceRefused, HookNotFound, HookNotWaiting,
            LeftoverNotFound, MachineNotFound, MethodNotAllowed, AmbiguousId, DuplicateName, CloudCannot, LeftoverYoung, TemplateInUse,
            GroupDraining, GroupArchived, LeaseLost, Paused, NoTasks, Conflict, StaleVersion, BodyTooLarge,
            UnsupportedMediaType, IdempotencyKeyReused, Internal, StoreUnusable, CloudUnavailable, CloudUnauthorized, CloudRefused,
            CloudListingCutShort, CloudThrottled, StoreAmbiguous, StoreUnavailable, IdentityUnavailable, PricesUnknown, TooManyStreams,
            Stopping, StoreFull,
        }.OrderBy(kind => kind.Status).ThenBy(kind => kind.Code, StringComparer.Ordinal),
    ];
}
