using Pulse.Audit;

namespace Pulse.ReferenceHost;

/// <summary>Opens the key that signs the audit trail's checkpoints.</summary>
internal static class AuditSigningKey
{
    public static EcdsaAuditSigner Load(AuditSettings audit)
    {
        try
        {
            return EcdsaAuditSigner.FromPem(File.ReadAllText(audit.SigningKeyFile));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"The audit trail's signing key {audit.SigningKeyFile} cannot be loaded: {unreadable.Message}");
        }
    }
}
