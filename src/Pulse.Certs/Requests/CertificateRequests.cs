using System.Security.Cryptography;
using System.Text;

namespace Pulse.Certs;

/// <summary>Judges certificate requests without issuing anything.</summary>
public static class CertificateRequests
{
    /// <summary>Judges a request by every rule that needs no store: size, form, algorithm, key and proof of possession.</summary>
    /// <param name="csrDer">A PKCS #10 request (RFC 2986), DER.</param>
    /// <param name="maxBytes">The largest request to parse; <see cref="PulseCertsOptions.MaxCsrBytes"/> by default.</param>
    /// <returns><see cref="IssueRefusal.None"/> when an authority would go on to issue.</returns>
    public static IssueRefusal Inspect(ReadOnlyMemory<byte> csrDer, int maxBytes = PulseCertsOptions.DefaultMaxCsrBytes) =>
        CertificateRequestReader.Read(csrDer, maxBytes, out _);

    /// <summary>
    /// Takes a request out of a file: DER as it is, or exactly one PEM block (RFC 7468) labelled CERTIFICATE REQUEST or, by its older
    /// name, NEW CERTIFICATE REQUEST. Text around the block is ignored; a byte order mark and a second block are not.
    /// </summary>
    /// <param name="file">The file's content.</param>
    /// <param name="csrDer">The request's bytes, not yet judged; empty when there is none.</param>
    /// <returns>False when the file holds no request, or more than one.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> file, out byte[] csrDer)
    {
        csrDer = [];
        if (file.IsEmpty || file.StartsWith(Encoding.UTF8.Preamble))
        {
            return false;
        }

        if (file[0] == 0x30)
        {
            csrDer = file.ToArray();
            return true;
        }

        var text = Encoding.Latin1.GetString(file);
        if (!PemEncoding.TryFind(text, out var fields))
        {
            return false;
        }

        var rest = text.AsSpan(fields.Location.End.GetOffset(text.Length));
        if (PemEncoding.TryFind(rest, out _))
        {
            return false;
        }

        if (text[fields.Label] is not ("CERTIFICATE REQUEST" or "NEW CERTIFICATE REQUEST"))
        {
            return false;
        }

        csrDer = Convert.FromBase64String(text[fields.Base64Data]);
        return true;
    }
}
