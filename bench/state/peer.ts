import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { keccak256 } from '../../src/codec/keccak.js'

/** What is used of @ethereumjs/mpt, which bench/compare installs. */
export interface PeerTrie {
  put(key: Uint8Array, value: Uint8Array): Promise<void>
  root(): Uint8Array
}

interface PeerModules {
  MerklePatriciaTrie: new (options: Record<string, unknown>) => PeerTrie
  MapDB: new (content: Map<string, string>) => unknown
}

const FOLDER = new URL('../../../bench/compare/', import.meta.url)

/**
 * The peer's trie as its state manager creates it, over the given nodes: to put a million accounts into it one by one would
 * take minutes.
 */
export async function createPeer(root: Uint8Array, nodes: readonly Uint8Array[]): Promise<PeerTrie> {
  if (!existsSync(new URL('node_modules/@ethereumjs/mpt', FOLDER))) {
    throw new Error('bench:state: bench/compare has no packages yet: npm ci --prefix bench/compare')
  }
  const { MerklePatriciaTrie, MapDB } = {
    ...(await importPeer('@ethereumjs/mpt')),
    ...(await importPeer('@ethereumjs/util')),
  } as PeerModules
  const content = new Map(nodes.map((node) => [plainHex(keccak256(node)), plainHex(node)]))
  return new MerklePatriciaTrie({ db: new MapDB(content), root, useKeyHashing: true })
}

function importPeer(name: string): Promise<Partial<PeerModules>> {
  return import(pathToFileURL(createRequire(new URL('package.json', FOLDER)).resolve(name)).href)
}

function plainHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
