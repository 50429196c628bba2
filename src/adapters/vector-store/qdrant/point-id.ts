import { createHash } from 'node:crypto';

/** Made up for Vitrine: a point id is a UUIDv5 (RFC 9562) of the product id in this namespace. */
const NAMESPACE = Buffer.from('5b1c7a0e9d3f4c628e41f0a7b36d9c15', 'hex');

/** The id of a product's point, always the same for the same product: Qdrant takes only integers and UUIDs. */
export function toPointId(productId: string): string {
  const hash = createHash('sha1').update(NAMESPACE).update(productId, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Whether a text could be the id of a product's point. */
export function isPointId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
