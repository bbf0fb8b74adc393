namespace Pulse.Audit;

/// <summary>
/// Signs checkpoints with an ECDSA key on P-256: a file's (<see cref="EcdsaAuditSigner"/>), or one that never leaves a security
/// module or a key service. Keep it where whoever administers the database cannot reach it.
/// </summary>
public interface IAuditSigner
{
    /// <summary>The public key as SubjectPublicKeyInfo, DER.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>Signs with SHA-256.</summary>
    /// <param name="data">The bytes, not hashed yet; no secret.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <returns>The signature as a DER sequence of two integers (RFC 3279, section 2.2.3).</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
